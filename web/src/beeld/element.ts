/** The custom element: what a page sees of the chat. */

import { Conversation } from '../kern/conversation';
import { httpTransport } from '../kern/http';
import { TEKSTEN } from '../teksten.nl';
import { Lade, type Bewaard } from './bewaard';
import { ruimBladOp } from './bewaren';
import { button, setAttribute } from './dom';
import { Voorlezer } from './stem';
import { kleed, stijlLink } from './stijl';
import { Venster } from './venster';
import { bestemming, verlaat } from './weg';

/**
 * `<wegwijzer-chat>`; attributes are in docs/embed.md.
 *
 * Nothing is asked of the server before the person opens the chat, unless the page says `open` or `inline`.
 */
export class WegwijzerChat extends HTMLElement {
  private readonly root = this.attachShadow({ mode: 'open' });
  private readonly lade = new Lade();
  private readonly voorlezer = new Voorlezer(() => this.venster?.stemVeranderd());
  private gesprek: Conversation | null = null;
  private venster: Venster | null = null;
  private knop: HTMLButtonElement | null = null;
  private readonly wakker = (): void => {
    if (document.visibilityState === 'visible') this.gesprek?.wake();
  };
  private readonly zonder = (): void => this.gesprek?.unplugged();

  connectedCallback(): void {
    kleed(this.root);
    document.addEventListener('visibilitychange', this.wakker);
    addEventListener('online', this.wakker);
    addEventListener('pageshow', this.wakker);
    addEventListener('offline', this.zonder);
    if (this.inline || this.hasAttribute('open') || this.lade.inhoud.open) this.toon(false);
    else this.verberg();
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.wakker);
    removeEventListener('online', this.wakker);
    removeEventListener('pageshow', this.wakker);
    removeEventListener('offline', this.zonder);
    this.voorlezer.stop();
    this.gesprek?.stop();
    this.gesprek = null;
    this.venster?.opruimen();
    this.venster = null;
  }

  /** Open the chat, with the focus on its heading. */
  open(): void {
    this.toon(true);
  }

  /** Close the window; the conversation goes on where it was when it opens again in this tab. */
  close(): void {
    if (this.inline) return;
    this.lade.zet({ open: false });
    this.verberg();
    this.knop?.focus();
  }

  private get inline(): boolean {
    return this.hasAttribute('inline');
  }

  private toon(focus: boolean): void {
    if (!this.inline) this.lade.zet({ open: true });
    setAttribute(this, 'data-open', true);
    this.gesprek ??= this.begin();
    this.bouw();
    if (focus) this.venster?.titel.focus();
  }

  private verberg(): void {
    setAttribute(this, 'data-open', null);
    this.voorlezer.stop();
    this.venster?.opruimen();
    this.venster = null;
    this.knop = button('primary-action', TEKSTEN[this.lade.inhoud.vorm].start, () => this.open(), { class: 'start', lang: 'nl' });
    this.zet(this.knop);
  }

  private begin(): Conversation {
    const server = (this.getAttribute('server') ?? '').replace(/\/+$/, '');
    const gesprek = new Conversation({
      transport: httpTransport(server, () => this.lade.inhoud.vorm),
      clock: {
        later(action, milliseconds) {
          const timer = setTimeout(action, milliseconds);
          return () => clearTimeout(timer);
        },
      },
      drawer: { read: () => this.lade.inhoud.unsent, write: (unsent) => this.bewaar(unsent) },
      newId: () => nieuwId(),
    });
    gesprek.onChange((state) => this.venster?.toon(state));
    gesprek.start();
    return gesprek;
  }

  /** Only when it is another list: this is asked at every change. */
  private bewaar(unsent: Bewaard['unsent']): void {
    if (unsent.length > 0 || this.lade.inhoud.unsent.length > 0) this.lade.zet({ unsent });
  }

  /** Make the window, with what was being written in the one before it. */
  private bouw(): void {
    if (!this.gesprek) return;
    const draft = this.venster?.invoer.veld.value ?? '';
    this.venster?.opruimen();
    const venster = new Venster(TEKSTEN[this.lade.inhoud.vorm], {
      gesprek: this.gesprek,
      lade: this.lade,
      voorlezer: this.voorlezer,
      sluit: this.inline ? null : () => this.close(),
      weg: () => this.weg(),
      kies: (news) => this.kies(news),
    });
    venster.invoer.veld.value = draft;
    this.venster = venster;
    this.zet(venster.element);
    venster.toon(this.gesprek.state);
    venster.rol();
  }

  private zet(content: HTMLElement): void {
    const old = stijlLink();
    this.root.replaceChildren(...(old ? [old] : []), content);
  }

  private kies(news: Partial<Bewaard>): void {
    const before = this.lade.inhoud;
    this.lade.zet(news);
    if (this.lade.inhoud.vorm === before.vorm) {
      this.venster?.element.classList.replace(`maat-${before.maat}`, `maat-${this.lade.inhoud.maat}`);
      this.venster?.meet();
      this.venster?.stemVeranderd();
      return;
    }
    this.bouw();
    this.venster?.menu.open();
    this.root.querySelector<HTMLInputElement>(`input[value="${this.lade.inhoud.vorm}"]`)?.focus();
  }

  /** Everything goes: here at once, at the server with a request that outlives the page. */
  private weg(): void {
    const href = bestemming(this.getAttribute('leave-to'));
    void this.gesprek?.erase().catch(() => undefined);
    this.gesprek?.stop();
    this.voorlezer.stop();
    ruimBladOp();
    this.lade.wisAlles();
    verlaat(href);
  }
}

/** A UUID; old browsers and pages without HTTPS have no `randomUUID`. */
function nieuwId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
