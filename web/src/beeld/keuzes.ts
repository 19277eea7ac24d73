/** Quick replies: stay usable, and show what was chosen. */

import type { Button } from '../kern/state';
import type { Teksten } from '../teksten.nl';
import { button, h, setAttribute } from './dom';

export interface Keuzes {
  readonly element: HTMLElement;
  /** Show what was chosen; null for nothing yet. */
  toon(chosen: string | null): void;
}

export function keuzes(buttons: readonly Button[], woorden: Teksten, kies: (payload: string) => void): Keuzes {
  const made = buttons.map(({ title, payload }) => ({ payload, element: button('secondary-action', title, () => kies(payload), { class: 'keuze', dir: 'auto', 'aria-pressed': 'false' }) }));
  const element = h('ul', { class: 'keuzes', 'aria-label': woorden.antwoorden }, ...made.map((one) => h('li', {}, one.element)));
  return {
    element,
    toon(chosen) {
      for (const one of made) {
        const isChosen = one.payload === chosen;
        if ((one.element.getAttribute('aria-pressed') === 'true') === isChosen) continue;
        setAttribute(one.element, 'aria-pressed', String(isChosen));
        if (isChosen) one.element.append(h('span', { class: 'gekozen', 'aria-hidden': 'true' }, ` ✓ ${woorden.gekozen}`));
        else one.element.replaceChildren(one.element.firstChild ?? '');
      }
    },
  };
}
