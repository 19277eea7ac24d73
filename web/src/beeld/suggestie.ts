/** The card of a suggestion: what it is, why, and every way to get there with one tap. */

import { telLink, webLink } from '../kern/links';
import type { Card } from '../kern/state';
import type { Teksten } from '../teksten.nl';
import { h, hidden, link } from './dom';

/** Only on the person's own tap; the chat itself asks nothing of it. */
const ROUTE = 'https://www.openstreetmap.org/search?query=';

export function suggestie(card: Card, woorden: Teksten, extra: HTMLElement | null): HTMLElement {
  const zeg = woorden.kaart;
  return h(
    'div',
    { class: 'kaart', role: 'group', 'aria-label': card.name, dir: 'auto' },
    h('h3', { class: 'kaart-naam' }, card.name),
    card.what ? h('p', {}, card.what) : null,
    deel(zeg.waarom, card.why && `${zeg.want} ${card.why.replace(/\.$/, '')}.`),
    deel(zeg.hoe, card.how),
    wegen(card, woorden),
    deel(zeg.open, card.opening),
    deel(zeg.kosten, card.cost),
    card.firstWords ? h('div', { class: 'deel' }, h('h4', {}, zeg.zin), h('blockquote', {}, `“${card.firstWords}”`)) : null,
    deel(zeg.letOp, card.notice),
    extra,
  );
}

function deel(title: string, content: string | undefined): HTMLElement | null {
  return content ? h('div', { class: 'deel' }, h('h4', {}, title), h('p', {}, content)) : null;
}

/** Phone first: for most people that is the easiest. */
function wegen(card: Card, woorden: Teksten): HTMLElement | null {
  const zeg = woorden.kaart;
  const site = card.url ? webLink(card.url) : null;
  const items = [
    card.phone && link(telLink(card.phone), `${zeg.bel} ${card.phone}`, { class: 'utrecht-button-link utrecht-button-link--html-a utrecht-button-link--primary-action utrecht-button utrecht-button--primary-action' }),
    card.email && link(`mailto:${encodeURIComponent(card.email).replace('%40', '@')}`, `${zeg.mail} ${card.email}`),
    site && buiten(site, zeg.site, woorden),
    card.address && h('span', {}, `${card.address} `, buiten(ROUTE + encodeURIComponent(card.address), zeg.route, woorden)),
    card.via,
  ].filter((item): item is HTMLElement | string => Boolean(item));
  return items.length > 0 ? h('ul', { class: 'wegen' }, ...items.map((item) => h('li', {}, item))) : null;
}

function buiten(href: string, label: string, woorden: Teksten): HTMLAnchorElement {
  const made = link(href, label);
  made.append(hidden(` (${woorden.kaart.nieuw})`));
  return made;
}
