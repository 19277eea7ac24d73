/** The choices of how to read: size of the letters, je or u, reading aloud. */

import type { Aanspreekvorm, Teksten } from '../teksten.nl';
import type { Bewaard, Maat } from './bewaard';
import { button, h, setAttribute } from './dom';

const VOORBEELD: Readonly<Record<Maat, string>> = { gewoon: 'A', groot: 'A+', grootst: 'A++' };

export interface Menu {
  readonly knop: HTMLButtonElement;
  readonly paneel: HTMLElement;
  /** Hide the choice for reading aloud where the browser has no Dutch voice. */
  zetStem(kan: boolean): void;
  open(): void;
}

export function menu(woorden: Teksten, nu: Bewaard, kies: (news: Partial<Bewaard>) => void): Menu {
  const zet = (open: boolean): void => {
    paneel.hidden = !open;
    setAttribute(knop, 'aria-expanded', String(open));
  };
  const knop = button('subtle', woorden.menu, () => zet(paneel.hidden), { 'aria-expanded': 'false', 'aria-controls': 'menu' });
  const maten = keuze('maat', woorden.grootte, Object.keys(VOORBEELD) as Maat[], nu.maat, (maat) => `${VOORBEELD[maat]} ${woorden.maten[maat]}`, (maat) => kies({ maat }));
  const vormen = keuze('vorm', woorden.vorm, ['je', 'u'] as Aanspreekvorm[], nu.vorm, (vorm) => woorden.vormen[vorm], (vorm) => kies({ vorm }));
  const vink = h('input', { type: 'checkbox', class: 'vink', ...(nu.voorlezen ? { checked: true } : {}), onchange: () => kies({ voorlezen: vink.checked }) });
  const stem = h('fieldset', {}, h('legend', {}, woorden.stem), h('label', { class: 'optie' }, vink, woorden.stemAan));
  const klaar = button('secondary-action', woorden.menuSluit, () => {
    zet(false);
    knop.focus();
  });
  const paneel = h('section', { class: 'menu', id: 'menu', hidden: true, 'aria-label': woorden.menu }, maten, vormen, stem, klaar);
  return { knop, paneel, zetStem: (kan) => void (stem.hidden = !kan), open: () => zet(true) };
}

function keuze<T extends string>(name: string, title: string, all: readonly T[], now: T, label: (one: T) => string, kies: (one: T) => void): HTMLElement {
  return h(
    'fieldset',
    {},
    h('legend', {}, title),
    ...all.map((one) =>
      h('label', { class: 'optie' }, h('input', { type: 'radio', name, value: one, ...(one === now ? { checked: true } : {}), onchange: () => kies(one) }), label(one)),
    ),
  );
}
