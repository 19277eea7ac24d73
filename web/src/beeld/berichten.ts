/** The list of messages: a log that announces exactly what is new. */

import { chosenFrom, type Message, type State } from '../kern/state';
import type { Teksten } from '../teksten.nl';
import { Bericht, type Daden } from './bericht';
import { h, setAttribute } from './dom';
import welkom from '../gemaakt/welkom.json';

/** Key of the welcome, which is in no database. */
export const WELKOM = 'welkom';
/** Milliseconds until a browser has told its screen reader of what was on the page before the log began to speak. */
const RUST = 500;

export class Berichten {
  /** `role=log`: what is added is announced politely, nothing else is; `aria-live` is off while the history comes in. */
  readonly element: HTMLElement;
  private readonly list = h('ol', { class: 'berichten' });
  private readonly made = new Map<string, Bericht>();
  private voorlezen = false;
  private spreekt: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly woorden: Teksten,
    private readonly daden: Daden,
  ) {
    const log = { role: 'log', 'aria-live': 'off', 'aria-relevant': 'additions', 'aria-atomic': 'false', 'aria-label': woorden.gesprek };
    this.element = h('div', { class: 'log', tabindex: '0', ...log }, this.list);
  }

  toon(state: State): void {
    setAttribute(this.element, 'aria-busy', state.loaded ? null : 'true');
    const shown = [...this.begin(state), ...state.messages];
    const keys = new Set(shown.map((message) => message.key));
    for (const [key, bericht] of this.made) {
      if (keys.has(key)) continue;
      bericht.element.remove();
      this.made.delete(key);
    }
    let news = false;
    for (const [at, message] of shown.entries()) {
      const bericht = this.made.get(message.key) ?? this.maak(message);
      bericht.toon(message, chosenFrom({ ...state, messages: shown }, message.key), state.connection === 'offline');
      if (this.list.children[at] === bericht.element) continue;
      this.list.insertBefore(bericht.element, this.list.children[at] ?? null);
      news = true;
    }
    // After the message is in the list: then these buttons are added to a part that is not announced.
    for (const bericht of this.made.values()) bericht.voorlezen(this.voorlezen);
    if (state.loaded) this.ga();
    if (news) this.rol();
  }

  zetVoorlezen(aan: boolean): void {
    this.voorlezen = aan;
    for (const bericht of this.made.values()) bericht.voorlezen(aan);
  }

  /** Show the newest turn from its beginning. */
  rol(): void {
    const mine = this.list.querySelectorAll<HTMLElement>('.bericht--you');
    const from = mine[mine.length - 1] ?? this.list.firstElementChild;
    const scroller = this.scroller();
    if (!(from instanceof HTMLElement) || !scroller) return;
    const above = from.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    if (this.list.childElementCount > 1) scroller.scrollTop += above - ROOM;
  }

  /** At great zoom all of the window scrolls; then the list itself does not. */
  private scroller(): HTMLElement | null {
    return getComputedStyle(this.element).overflowY === 'auto' ? this.element : this.element.closest<HTMLElement>('.midden');
  }

  /** From now on what is added is announced. */
  private ga(): void {
    if (this.spreekt !== null) return;
    this.spreekt = setTimeout(() => setAttribute(this.element, 'aria-live', 'polite'), RUST);
  }

  private maak(message: Message): Bericht {
    const bericht = new Bericht(message, this.woorden, this.daden);
    this.made.set(message.key, bericht);
    return bericht;
  }

  /** The welcome stands above a conversation that the person began; the bot began one when it just wiped the other. */
  private begin(state: State): Message[] {
    const first = state.messages[0];
    if (!state.loaded || (first && first.speaker !== 'you')) return [];
    return [{ key: WELKOM, seq: null, speaker: 'bot', ...welkom[this.daden.vorm], card: null, replyTo: null, status: 'sent', given: null, problem: '' }];
  }
}

/** Pixels above the newest turn, so that it is seen that there is more. */
const ROOM = 12;
