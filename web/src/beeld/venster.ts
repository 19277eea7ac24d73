/** The window of the chat: puts its parts together and shows a state in them. */

import type { Conversation } from '../kern/conversation';
import type { State } from '../kern/state';
import type { Teksten } from '../teksten.nl';
import { Berichten } from './berichten';
import { ruimBladOp } from './bewaren';
import type { Bewaard, Lade } from './bewaard';
import { vraag } from './dialoog';
import { button, h, setText } from './dom';
import { bellen, Hulp } from './hulp';
import { invoer, type Invoer } from './invoer';
import { menu, type Menu } from './menu';
import type { Voorlezer } from './stem';
import { noemtGevaar } from './tekst';

/** Milliseconds before "no connection" and "is writing" are shown: what is over at once need not be said. */
const OFFLINE_NA = 1_000;
const TYPT_NA = 700;
/** Letters (em) high that a window needs for a list of its own between the buttons above and the field below. */
const LAAG = 32;

export interface Rondom {
  readonly gesprek: Conversation;
  readonly lade: Lade;
  readonly voorlezer: Voorlezer;
  /** Close the window; null when it is part of the page and cannot be closed. */
  readonly sluit: (() => void) | null;
  readonly weg: () => void;
  readonly kies: (news: Partial<Bewaard>) => void;
}

export class Venster {
  readonly element: HTMLElement;
  readonly titel: HTMLHeadingElement;
  readonly invoer: Invoer;
  readonly menu: Menu;
  private readonly kop: HTMLElement;
  /** Everything below the way to help; scrolls as a whole when there is little room. */
  private readonly midden: HTMLElement;
  private readonly berichten: Berichten;
  private readonly hulp: Hulp;
  private readonly typt = h('p', { class: 'typt', role: 'status' });
  private readonly melding = h('p', { class: 'melding', role: 'status' });
  /** Above the list: there the eye is after wiping. */
  private readonly gewist = h('p', { class: 'melding gewist', role: 'status' });
  private readonly offline: HTMLElement;
  private readonly later = new Map<string, ReturnType<typeof setTimeout>>();
  private gevaar = '';
  private readonly maten = 'ResizeObserver' in globalThis ? new ResizeObserver(() => this.meet()) : null;

  constructor(
    private readonly woorden: Teksten,
    private readonly rondom: Rondom,
  ) {
    const { gesprek, lade, voorlezer } = rondom;
    this.titel = h('h2', { class: 'titel', tabindex: '-1', id: 'titel' }, woorden.naam);
    this.berichten = new Berichten(woorden, {
      vorm: lade.inhoud.vorm,
      kies: (key, payload) => gesprek.choose(key, payload),
      opnieuw: (id) => gesprek.again(id),
      lees: (tekst, klaar) => voorlezer.lees(tekst, klaar),
      stopLezen: () => voorlezer.stop(),
    });
    this.hulp = new Hulp(woorden, () => lade.zet({ gezien: this.gevaar }));
    this.menu = menu(woorden, lade.inhoud, rondom.kies);
    this.invoer = invoer(woorden, lade, () => this.element, (text) => gesprek.say(text));
    this.offline = h('div', { class: 'offline', hidden: true }, h('p', {}, woorden.offlineUitleg), bellen('human', woorden), bellen('crisis', woorden));
    this.kop = h('header', { class: 'kop' }, this.titel, this.menu.knop, this.sluitKnop());
    this.midden = h(
      'div',
      { class: 'midden' },
      this.hulp.paneel,
      this.menu.paneel,
      this.gewist,
      this.berichten.element,
      h('div', { class: 'stand-van-zaken' }, this.typt, this.melding, this.offline),
      this.invoer.element,
      h('div', { class: 'voet' }, ...this.invoer.extra, button('subtle', woorden.mens, () => gesprek.say(woorden.mensBericht)), button('subtle', woorden.wis, () => void this.wis())),
    );
    this.element = h(
      'section',
      { class: `venster maat-${lade.inhoud.maat}`, 'aria-labelledby': 'titel', lang: 'nl' },
      this.kop,
      h('div', { class: 'veilig' }, this.hulp.knop, button('secondary-action', woorden.weg, rondom.weg, { class: 'weg' })),
      this.midden,
    );
    this.stemVeranderd();
    this.maten?.observe(this.element);
  }

  toon(state: State): void {
    this.berichten.toon(state);
    this.na('typt', state.typing, TYPT_NA, (typing) => setText(this.typt, typing ? this.woorden.typt : ''));
    this.na('offline', state.connection === 'offline', OFFLINE_NA, (offline) => this.toonMelding(offline, state));
    if (state.connection !== 'offline') this.toonMelding(false, state);
    this.toonHulp(state);
  }

  /** A Dutch voice came or went, or reading aloud was switched. */
  stemVeranderd(): void {
    const { lade, voorlezer } = this.rondom;
    this.menu.zetStem(voorlezer.kan);
    this.berichten.zetVoorlezen(voorlezer.kan && lade.inhoud.voorlezen);
  }

  rol(): void {
    this.berichten.rol();
  }

  /** When there is little room for these letters, all but the way to help scrolls, instead of the list in the middle of it. */
  meet(): void {
    const letter = parseFloat(getComputedStyle(this.element).fontSize);
    const laag = this.element.clientHeight < LAAG * letter;
    if (laag === this.element.classList.contains('laag')) return;
    const root = this.element.getRootNode();
    const focus = root instanceof ShadowRoot && this.kop.contains(root.activeElement) ? root.activeElement : null;
    this.element.classList.toggle('laag', laag);
    (laag ? this.midden : this.element).prepend(this.kop);
    if (focus instanceof HTMLElement) focus.focus();
    this.rol();
  }

  opruimen(): void {
    this.maten?.disconnect();
    for (const timer of this.later.values()) clearTimeout(timer);
  }

  private sluitKnop(): HTMLElement | null {
    const { sluit } = this.rondom;
    return sluit ? button('subtle', '×', sluit, { class: 'sluit', 'aria-label': this.woorden.sluit }) : null;
  }

  private toonMelding(offline: boolean, state: State): void {
    const now = this.rondom.gesprek.state;
    this.offline.hidden = !offline;
    if (offline) setText(this.melding, now.trouble || this.woorden.offline);
    else if (state.trouble) setText(this.melding, state.trouble);
    else setText(this.melding, state.loaded ? '' : this.woorden.laden);
    if (state.messages.length > 0) setText(this.gewist, '');
  }

  /** What is no longer so is taken away at once; what has come is shown when it stays for a moment. */
  private na(name: string, so: boolean, wait: number, show: (so: boolean) => void): void {
    const timer = this.later.get(name);
    if (!so) {
      clearTimeout(timer);
      this.later.delete(name);
      show(false);
    } else if (timer === undefined) this.later.set(name, setTimeout(() => show(true), wait));
  }

  /** After a message that names numbers for danger, the panel comes and stays until the person closes it. */
  private toonHulp(state: State): void {
    const last = [...state.messages].reverse().find((message) => message.speaker !== 'you' && noemtGevaar(message.text));
    if (!last || last.key === this.gevaar) return;
    this.gevaar = last.key;
    if (last.key !== this.rondom.lade.inhoud.gezien) this.hulp.open();
  }

  private async wis(): Promise<void> {
    const { wisTitel, wisUitleg, wisJa, wisNee, wisMislukt, gewist } = this.woorden;
    if (!(await vraag(this.element, { titel: wisTitel, uitleg: wisUitleg, ja: wisJa, nee: wisNee }))) return;
    try {
      await this.rondom.gesprek.erase();
      ruimBladOp();
      this.rondom.lade.wisGesprek();
      this.invoer.veld.value = '';
      setText(this.gewist, gewist);
      this.titel.focus();
    } catch {
      setText(this.melding, wisMislukt);
    }
  }
}
