/** Where the person writes, or speaks. */

import type { Teksten } from '../teksten.nl';
import type { Lade } from './bewaard';
import { vraag } from './dialoog';
import { button, h, setText } from './dom';
import { luisteraar } from './stem';

export interface Invoer {
  readonly element: HTMLFormElement;
  readonly veld: HTMLTextAreaElement;
  /** Buttons that stand with the others below. */
  readonly extra: readonly HTMLElement[];
}

export function invoer(woorden: Teksten, lade: Lade, root: () => HTMLElement, zeg: (text: string) => void): Invoer {
  const veld = h('textarea', {
    class: 'utrecht-textarea utrecht-textarea--html-textarea',
    id: 'bericht',
    rows: 1,
    dir: 'auto',
    autocomplete: 'off',
    enterkeyhint: 'send',
    'aria-describedby': 'uitleg',
    onkeydown: (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      verstuur();
    },
  });
  const verstuur = (): void => {
    const text = veld.value.trim();
    veld.focus();
    if (!text) return;
    veld.value = '';
    zeg(text);
  };
  const spraak = inspreken(woorden, lade, root, veld);
  const element = h(
    'form',
    {
      class: 'invoer',
      onsubmit: (event) => {
        event.preventDefault();
        verstuur();
      },
    },
    h('div', { class: 'invoer-kop' }, h('label', { class: 'utrecht-form-label', for: 'bericht' }, woorden.invoer), h('span', { class: 'uitleg', id: 'uitleg' }, woorden.uitleg)),
    veld,
    h('button', { type: 'submit', class: 'utrecht-button utrecht-button--primary-action' }, woorden.verstuur),
    spraak?.melding ?? null,
  );
  return { element, veld, extra: spraak ? [spraak.knop] : [] };
}

/** Only where the browser can, and only after it was said where the sound may go. */
function inspreken(woorden: Teksten, lade: Lade, root: () => HTMLElement, veld: HTMLTextAreaElement): { knop: HTMLElement; melding: HTMLElement } | null {
  const luister = luisteraar();
  if (!luister) return null;
  const melding = h('p', { class: 'melding inspreken', role: 'status' });
  let stop: (() => void) | null = null;
  const begin = (): void => {
    const before = veld.value.trim();
    setText(knop, woorden.stopSpreken);
    setText(melding, woorden.luistert);
    try {
      stop = luister(
        (heard) => (veld.value = [before, heard].filter(Boolean).join(' ')),
        (failed) => einde(failed),
      );
    } catch {
      einde(true);
    }
  };
  const einde = (failed: boolean): void => {
    stop = null;
    setText(knop, woorden.spreekIn);
    setText(melding, failed ? woorden.spreekMislukt : '');
    veld.focus();
  };
  const vraagEerst = async (): Promise<void> => {
    const { spreekTitel, spreekUitleg, spreekJa, spreekNee } = woorden;
    if (!lade.inhoud.inspreken) {
      if (!(await vraag(root(), { titel: spreekTitel, uitleg: spreekUitleg, ja: spreekJa, nee: spreekNee }))) return knop.focus();
      lade.zet({ inspreken: true });
    }
    begin();
  };
  const knop = button('subtle', woorden.spreekIn, () => (stop ? stop() : void vraagEerst()));
  return { knop, melding };
}
