/** One message of the list. */

import { aroundCard } from '../kern/overlap';
import type { Message } from '../kern/state';
import type { Aanspreekvorm, Teksten } from '../teksten.nl';
import { bewaren } from './bewaren';
import { button, h, hidden, setText } from './dom';
import { keuzes, type Keuzes } from './keuzes';
import { suggestie } from './suggestie';
import { alineas } from './tekst';

export interface Daden {
  readonly vorm: Aanspreekvorm;
  readonly kies: (key: string, payload: string) => void;
  readonly opnieuw: (id: string) => void;
  /** Read a text aloud, or null where that cannot be done. */
  readonly lees: ((tekst: string, klaar: () => void) => void) | null;
  readonly stopLezen: () => void;
}

export class Bericht {
  readonly element: HTMLLIElement;
  private readonly stand: HTMLElement;
  /** Not part of what is announced: a live region inside that says nothing. */
  private readonly knoppen: HTMLElement;
  private readonly keuzes: Keuzes | null;
  private readonly inhoud: HTMLElement;
  private getoond = '';

  constructor(
    private readonly message: Message,
    private readonly woorden: Teksten,
    private readonly daden: Daden,
  ) {
    const { key, speaker, card, text, buttons } = message;
    this.keuzes = buttons.length > 0 ? keuzes(buttons, woorden, (payload) => daden.kies(key, payload)) : null;
    const around = card ? aroundCard(text, card) : { before: text, after: '' };
    this.inhoud = h(
      'div',
      { class: 'inhoud' },
      ...alineas(around.before),
      card ? suggestie(card, woorden, card.type === 'bewaar' ? bewaren(card, woorden, daden.vorm) : null) : null,
      ...alineas(around.after),
    );
    this.stand = h('div', { class: 'stand' });
    this.knoppen = h('div', { class: 'bij', 'aria-live': 'off' });
    this.element = h(
      'li',
      { class: `bericht bericht--${speaker}`, 'data-key': key },
      h('p', { class: 'wie' }, woorden.wie[speaker], hidden(':')),
      this.inhoud,
      this.stand,
      this.keuzes?.element ?? null,
      this.knoppen,
    );
  }

  toon(message: Message, chosen: string | null, offline: boolean): void {
    this.keuzes?.toon(chosen);
    const stand = message.status === 'failed' ? `!${message.problem}` : message.status === 'pending' && offline ? '?' : '';
    if (stand === this.getoond) return;
    this.getoond = stand;
    this.stand.replaceChildren(...this.standDelen(message, stand));
  }

  /** Gives the message its own "read aloud" button, or takes it away. */
  voorlezen(kan: boolean): void {
    const { lees } = this.daden;
    if (!kan || !lees || this.message.speaker === 'you') return this.knoppen.replaceChildren();
    if (this.knoppen.firstChild) return;
    let bezig = false;
    const knop = button('subtle', this.woorden.leesVoor, () => {
      if (bezig) return this.daden.stopLezen();
      bezig = true;
      setText(knop, this.woorden.stopLezen);
      lees(this.gesproken(), () => {
        bezig = false;
        setText(knop, this.woorden.leesVoor);
      });
    }, { class: 'klein' });
    this.knoppen.append(knop);
  }

  /** What is read aloud: the text, the card and the choices. */
  private gesproken(): string {
    const parts = [...this.inhoud.querySelectorAll('p, li, h3, h4, blockquote')].map((part) => part.textContent ?? '');
    return [...parts, ...this.message.buttons.map((one) => one.title)].join('. ');
  }

  private standDelen(message: Message, stand: string): Node[] {
    if (!stand) return [];
    if (stand === '?') return [h('p', { class: 'onderweg' }, this.woorden.onderweg)];
    const why = h('p', { class: 'mislukt' }, [this.woorden.mislukt, message.problem].filter(Boolean).join(' '));
    return [why, button('secondary-action', this.woorden.opnieuw, () => this.daden.opnieuw(message.key), { class: 'klein' })];
  }
}
