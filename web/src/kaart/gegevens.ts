/** What the map and the sheet are made of: the card that comes with a step, see `card()` in wegwijzer/dialogue/wording.py. */

import type { KaartTeksten } from './teksten';

/** Text fields of the card, named as the server names them. What is not known is an empty string. */
const FIELDS = ['naam', 'wat', 'waarom', 'hoe', 'telefoon', 'email', 'url', 'adres', 'via', 'kosten', 'open', 'op', 'zin', 'let_op'] as const;

export type KaartGegevens = Readonly<Record<(typeof FIELDS)[number], string>> & {
  /** Labels of the person's own haltes, in order. */
  readonly haltes: readonly string[];
};

/** One part of the sheet: a heading and what stands under it. */
export interface Part {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The card of a message as data for the map; null when there is no name, so nothing to draw. */
export function leesKaart(card: unknown): KaartGegevens | null {
  if (!isRecord(card) || !text(card['naam'])) return null;
  const fields = Object.fromEntries(FIELDS.map((name) => [name, text(card[name])])) as Record<(typeof FIELDS)[number], string>;
  const stops = Array.isArray(card['haltes']) ? card['haltes'] : [];
  return { ...fields, haltes: stops.map((stop) => (isRecord(stop) ? text(stop['label']) : '')).filter(Boolean) };
}

/** What the sheet shows of a helpline, see scripts/helplines.mjs. */
export interface Helpline {
  readonly name: string;
  readonly phone: string;
  readonly use: string;
}

/** One helpline in one line. */
export function helpText({ name, phone, use }: Helpline, words: KaartTeksten): string {
  return `${name === phone ? '' : `${name}. `}${words.bel} ${phone}. ${use}`;
}

/** When this was kept, so that a reader sees how old it is. */
export function keptText(kept: Date, words: KaartTeksten): string {
  return `${words.bewaard} ${inWords(kept, { day: 'numeric', month: 'long', year: 'numeric' })}.`;
}

/** How to reach them, one line each, phone first. */
export function ways(data: KaartGegevens, words: KaartTeksten): string[] {
  const named: readonly (readonly [string, string])[] = [
    [words.bel, data.telefoon],
    [words.mail, data.email],
    [words.site, data.url.replace(/^https?:\/\/(www\.)?|\/$/g, '')],
    [`${words.adres}:`, data.adres],
  ];
  return [...named.filter(([, value]) => value).map((pair) => pair.join(' ')), data.via].filter(Boolean);
}

/** The parts of the sheet that have something to say, in reading order. Nothing of the conversation is in it. */
export function parts(data: KaartGegevens, words: KaartTeksten): Part[] {
  const all: readonly Part[] = [
    { title: words.past, lines: [data.waarom && `${words.want} ${data.waarom}.`] },
    { title: words.begin, lines: [data.hoe] },
    { title: words.contact, lines: ways(data, words) },
    // "Ze zijn nu open" is said at one moment; paper is read at another.
    { title: [words.open, moment(data.op)].filter(Boolean).join(', '), lines: [data.open] },
    { title: words.kosten, lines: [data.kosten] },
    { title: words.zeg, lines: [data.zin && `“${data.zin}”`] },
    { title: words.letOp, lines: [data.let_op] },
  ];
  return all.map(({ title, lines }) => ({ title, lines: lines.filter(Boolean) })).filter(({ lines }) => lines.length > 0);
}

/** A moment of the server in words, in Utrecht: "zondag 1 maart om 23.00 uur"; empty when it is no moment. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const time = inWords(date, { hour: 'numeric', minute: '2-digit' }).replace(':', '.');
  return `${inWords(date, { weekday: 'long', day: 'numeric', month: 'long' })} om ${time} uur`;
}

function inWords(date: Date, options: Intl.DateTimeFormatOptions): string {
  return date.toLocaleString('nl-NL', { timeZone: 'Europe/Amsterdam', ...options });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\s+/gu, ' ').trim() : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
