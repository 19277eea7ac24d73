/** The one place where the route map and the sheet to keep come in (web/src/kaart). */

import { bewaarPdf, bewaarPng, leesKaart, printBlad, routeKaart, type Form } from '../kaart';
import type { Card } from '../kern/state';
import type { Teksten } from '../teksten.nl';
import { button, h, setText } from './dom';

/** Takes away what was put on the page for printing, when the person wipes or leaves. */
let ruim: (() => void) | null = null;

/** What a card to keep also shows: the route, and buttons to print it and to save it on the device. */
export function bewaren(card: Card, woorden: Teksten, vorm: Form): HTMLElement | null {
  const data = leesKaart(card.source);
  if (!data) return null;
  const zeg = woorden.kaart;
  const melding = h('p', { class: 'melding', role: 'status' });
  const lukt = (action: () => void | Promise<void>) => async (): Promise<void> => {
    setText(melding, '');
    try {
      await action();
    } catch {
      setText(melding, zeg.bewaarMislukt);
    }
  };
  const knop = (label: string, action: () => void | Promise<void>): HTMLElement => button('secondary-action', label, () => void lukt(action)());
  const rij = h(
    'div',
    { class: 'rij' },
    knop(zeg.print, () => void (ruim = printBlad(data, vorm))),
    knop(zeg.plaatje, () => bewaarPng(data, vorm)),
    knop(zeg.pdf, () => bewaarPdf(data, vorm)),
  );
  return h('div', { class: 'bewaren' }, h('div', { class: 'route' }, routeKaart(data, vorm)), rij, melding);
}

/** Nothing of the sheet stays on the page. */
export function ruimBladOp(): void {
  ruim?.();
  ruim = null;
}
