/** What the server sends (docs/web.md), read into our own values. The one place to change when its JSON changes. */

import type { Button, Card, Page, Speaker, Stored } from './state';

type Json = Readonly<Record<string, unknown>>;

const SPEAKERS: readonly (Speaker | 'system')[] = ['bot', 'colleague', 'you', 'system'];
const CARD_TYPES: readonly Card['type'][] = ['suggestie', 'bewaar'];
/** Our names for the fields of a card, which the server gives in Dutch like the catalogue. */
const CARD_FIELDS = {
  what: 'wat',
  why: 'waarom',
  how: 'hoe',
  phone: 'telefoon',
  email: 'email',
  url: 'url',
  address: 'adres',
  opening: 'open',
  firstWords: 'zin',
  via: 'via',
  cost: 'kosten',
  notice: 'let_op',
} as const;

/** One stored message, or null when it is not one: a message we cannot read must not stop the rest. */
export function readStored(value: unknown): Stored | null {
  if (!isRecord(value)) return null;
  const seq = number(value['seq']);
  const speaker = SPEAKERS.find((one) => one === value['who']);
  if (seq === null || !speaker) return null;
  return {
    seq,
    speaker,
    text: text(value['text']),
    buttons: list(value['buttons']).map(readButton).filter((one) => one !== null),
    card: readCard(value['card']),
    clientId: speaker === 'you' ? text(value['id']) || null : null,
    replyTo: number(value['reply_to']),
    clearedUpTo: speaker === 'system' ? number(value['cleared_up_to']) : null,
  };
}

/** The answer to `POST /web/session` and `GET /web/history`, or null when it is something else. */
export function readPage(value: unknown): Page | null {
  if (!isRecord(value) || !text(value['conversation']) || !Array.isArray(value['messages'])) return null;
  return {
    conversation: text(value['conversation']),
    lastSeq: number(value['last_seq']) ?? 0,
    waiting: value['waiting'] === true,
    messages: value['messages'].map(readStored).filter((one) => one !== null),
  };
}

/** The number that the server gave a message it took. */
export function readSeq(value: unknown): number | null {
  return isRecord(value) ? number(value['seq']) : null;
}

/** Whether an answer is being written: the data of a `typing` event. */
export function readTyping(value: unknown): boolean {
  return isRecord(value) && value['typing'] === true;
}

/** The kind sentence of an error answer; empty when there is none. */
export function readError(value: unknown): string {
  const error = isRecord(value) ? value['error'] : null;
  return isRecord(error) ? text(error['text']) : '';
}

function readButton(value: unknown): Button | null {
  if (!isRecord(value) || typeof value['title'] !== 'string') return null;
  return { title: value['title'], payload: text(value['payload']) || value['title'] };
}

/** A card of a type we do not know is left out. */
function readCard(value: unknown): Card | null {
  if (!isRecord(value) || !text(value['naam'])) return null;
  const type = CARD_TYPES.find((one) => one === value['type']);
  if (!type) return null;
  const fields = Object.entries(CARD_FIELDS).map(([ours, theirs]) => [ours, text(value[theirs])]);
  return { type, name: text(value['naam']), source: value, ...Object.fromEntries(fields.filter(([, content]) => content)) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A place in the conversation: 1 and up. */
function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
