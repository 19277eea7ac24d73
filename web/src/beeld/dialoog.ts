/** A question over the window. The browser's own dialog keeps the focus inside, closes on Escape and gives the focus back. */

import { button, h } from './dom';

export interface Vraag {
  readonly titel: string;
  readonly uitleg: string;
  readonly ja: string;
  readonly nee: string;
}

/** Asks, and gives true only for yes. The safe answer has the focus. */
export function vraag(root: HTMLElement, { titel, uitleg, ja, nee }: Vraag): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h('dialog', { class: 'dialoog', 'aria-labelledby': 'vraag-titel', 'aria-describedby': 'vraag-uitleg' });
    const kies = (answer: boolean): void => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const no = button('secondary-action', nee, () => kies(false));
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      kies(false);
    });
    dialog.append(
      h('h3', { id: 'vraag-titel' }, titel),
      h('p', { id: 'vraag-uitleg' }, uitleg),
      h('div', { class: 'rij' }, no, button('primary-action', ja, () => kies(true))),
    );
    root.append(dialog);
    dialog.showModal();
    no.focus();
  });
}
