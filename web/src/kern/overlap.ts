/** A message with a card says the same twice: what the card shows need not stand in the text too. */

import type { Card } from './state';

export interface Around {
  readonly before: string;
  readonly after: string;
}

/** Longest lead-in, in characters, that may go together with what it leads in: "Dit past, want". */
const LEAD_IN = 45;
const SHOWN: readonly (keyof Card)[] = ['name', 'what', 'why', 'how', 'phone', 'email', 'url', 'address', 'opening', 'firstWords', 'via', 'cost', 'notice'];

/**
 * What stands before and after the card: the first line, and every other line that says something the card does not.
 *
 * A line goes only when nothing but a short lead-in without digits is left of it, so nothing is lost that someone wrote.
 */
export function aroundCard(text: string, card: Card): Around {
  const values = SHOWN.map((name) => card[name])
    .filter((value): value is string => typeof value === 'string' && value.length > 2)
    .flatMap((value) => [value, value.replace(/[.]$/, '')])
    .sort((a, b) => b.length - a.length);
  const [first = '', ...rest] = text.split('\n');
  const after = rest.filter((line) => !line.trim() || !covered(line, values)).join('\n').trim();
  return { before: first, after: after.replace(/\n{3,}/g, '\n\n') };
}

function covered(line: string, values: readonly string[]): boolean {
  const rest = values.reduce((left, value) => left.split(value).join(''), line);
  return rest !== line && rest.length <= LEAD_IN && !/\d/.test(rest);
}
