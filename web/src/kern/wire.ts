/** What the server sends, read into our own values. The one place to change when the server's JSON changes. */

import type { Button, Card, Speaker, Stored } from './state';

type Json = Readonly<Record<string, unknown>>;

const SPEAKERS: readonly Speaker[] = ['bot', 'colleague', 'you'];
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
} as const;

/** One stored message, or null when it is not one: a message we cannot read must not stop the rest. */
export function readStored(value: unknown): Stored | null {
  if (!isRecord(value)) return null;
  const seq = value['seq'];
  const speaker = SPEAKERS.find((one) => one === value['speaker']);
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 1 || !speaker) return null;
  const buttons = Array.isArray(value['buttons']) ? value['buttons'].map(readButton).filter((one) => one !== null) : [];
  const clientId = typeof value['client_id'] === 'string' ? value['client_id'] : null;
  return { seq, speaker, text: text(value['text']), buttons, card: readCard(value['card']), clientId };
}

/** The messages of a history answer: `{messages: [...]}`. */
export function readHistory(value: unknown): Stored[] {
  const list = isRecord(value) ? value['messages'] : null;
  return Array.isArray(list) ? list.map(readStored).filter((one) => one !== null) : [];
}

function readButton(value: unknown): Button | null {
  if (!isRecord(value) || typeof value['title'] !== 'string') return null;
  return { title: value['title'], payload: text(value['payload']) || value['title'] };
}

function readCard(value: unknown): Card | null {
  if (!isRecord(value) || !text(value['naam'])) return null;
  const fields = Object.entries(CARD_FIELDS).map(([ours, theirs]) => [ours, text(value[theirs])]);
  return { name: text(value['naam']), ...Object.fromEntries(fields.filter(([, content]) => content)) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
