/** A text of many lines as paragraphs, lists and links. */

import { linker } from '../kern/links';
import { h, link } from './dom';
import helplines from '../gemaakt/helplines.json';

const pieces = linker(helplines.numbers);

/** Text in which phone numbers of the catalogue and web addresses can be tapped. */
export function inline(text: string): (Node | string)[] {
  return pieces(text).map((piece) => (piece.href ? link(piece.href, piece.text) : piece.text));
}

/** Empty lines part paragraphs; lines that begin with a dash are a list. */
export function alineas(text: string): HTMLElement[] {
  return text.split(/\n\s*\n/).flatMap((block) => delen(block.split('\n').filter((line) => line.trim())));
}

function delen(lines: readonly string[]): HTMLElement[] {
  const made: HTMLElement[] = [];
  for (const line of lines) {
    const item = /^\s*[-•]\s+(.*)$/.exec(line)?.[1];
    const last = made[made.length - 1];
    if (item === undefined) made.push(h('p', { dir: 'auto' }, ...inline(line)));
    else if (last?.tagName === 'UL') last.append(h('li', { dir: 'auto' }, ...inline(item)));
    else made.push(h('ul', { class: 'opsomming' }, h('li', { dir: 'auto' }, ...inline(item))));
  }
  return made;
}

/** Whether a text names one of the numbers for danger: then the help panel stays in view. */
export function noemtGevaar(text: string): boolean {
  const crisis = new Set(helplines.crisis.map((line) => `tel:${line.phone.replace(/[^\d+]/g, '')}`));
  return pieces(text).some((piece) => piece.href !== null && crisis.has(piece.href));
}
