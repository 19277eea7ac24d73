/** Numbers of people to call, always one tap away; from the catalogue, at build time. */

import { telLink, webLink } from '../kern/links';
import type { Teksten } from '../teksten.nl';
import { button, h, hidden, link, setAttribute } from './dom';
import helplines from '../gemaakt/helplines.json';

interface Lijn {
  readonly name: string;
  readonly use: string;
  readonly hours: string;
  readonly cost: string;
  readonly phone: string;
  readonly chat: string;
}

const BEL = 'utrecht-button-link utrecht-button-link--html-a utrecht-button utrecht-button--primary-action bel';

function lijn({ name, use, hours, cost, chat }: Lijn, woorden: Teksten): HTMLElement {
  const site = chat ? webLink(chat) : null;
  const when = [hours, cost].filter(Boolean).join(', ');
  return h('li', {}, h('strong', {}, name), ` ${use}`, when ? ` (${when})` : null, site ? h('p', {}, chatLink(site, name, woorden)) : null);
}

/** "Bel 113" when the number is in the name, else the name too: nobody knows a number by heart. */
function bel({ name, phone }: Lijn, woorden: Teksten): HTMLElement {
  return link(telLink(phone), name.startsWith(phone) ? `${woorden.bel} ${phone}` : `${name}: ${phone}`, { class: BEL });
}

function chatLink(href: string, name: string, woorden: Teksten): HTMLElement {
  const made = link(href, `${woorden.chat} ${name}`, { class: 'utrecht-link utrecht-link--html-a doel' });
  made.append(hidden(` (${woorden.kaart.nieuw})`));
  return made;
}

/** Numbers to tap. */
export function bellen(which: 'crisis' | 'human', woorden: Teksten): HTMLElement {
  return h('ul', { class: 'bellen' }, ...helplines[which].map((line) => h('li', {}, bel(line, woorden))));
}

/** What each number is for, and where one can chat. */
function lijnen(which: 'crisis' | 'human', woorden: Teksten): HTMLElement {
  return h('ul', { class: 'lijnen' }, ...helplines[which].map((line) => lijn(line, woorden)));
}

/** The help button and its panel. */
export class Hulp {
  readonly knop: HTMLButtonElement;
  readonly paneel: HTMLElement;

  constructor(woorden: Teksten, gesloten: () => void) {
    this.knop = button('primary-action', woorden.hulp, () => this.zet(this.paneel.hidden, gesloten), {
      class: 'hulp-knop',
      'aria-expanded': 'false',
      'aria-controls': 'hulp',
    });
    const close = button('secondary-action', woorden.hulpSluit, () => this.sluit(gesloten), { class: 'klein' });
    this.paneel = h(
      'section',
      { class: 'hulp', id: 'hulp', hidden: true, 'aria-labelledby': 'hulp-titel' },
      h('h3', { id: 'hulp-titel' }, woorden.hulpTitel),
      h('p', {}, woorden.hulpUitleg),
      bellen('crisis', woorden),
      lijnen('crisis', woorden),
      close,
    );
  }

  /** In view, without taking the focus: it may come while someone types. */
  open(): void {
    this.zet(true, () => undefined);
  }

  private sluit(gesloten: () => void): void {
    this.zet(false, gesloten);
    this.knop.focus();
  }

  private zet(open: boolean, gesloten: () => void): void {
    this.paneel.hidden = !open;
    setAttribute(this.knop, 'aria-expanded', String(open));
    if (!open) gesloten();
  }
}
