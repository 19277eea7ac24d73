/**
 * The conversation as a value, and every change of it as a pure function.
 *
 * Nothing in here knows of a network, a clock or a page. The server numbers what it stores: 1, 2, 3 ... for one
 * conversation. That number is what makes "no double, no gap" checkable: a number seen before is dropped, a number
 * too far ahead is held until the missing ones came.
 */

/** Who speaks. */
export type Speaker = 'bot' | 'colleague' | 'you';

/** A quick reply: what the button says and what is sent. */
export interface Button {
  readonly title: string;
  readonly payload: string;
}

/** A suggestion as data, see `card()` in wegwijzer/dialogue/wording.py. Fields the server leaves out stay out. */
export interface Card {
  readonly name: string;
  readonly what?: string;
  readonly why?: string;
  readonly how?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly url?: string;
  readonly address?: string;
  readonly opening?: string;
  readonly firstWords?: string;
}

/** What the server stored, with its number in the conversation. */
export interface Stored {
  readonly seq: number;
  readonly speaker: Speaker;
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly card: Card | null;
  /** The id the browser gave, on what the resident said. */
  readonly clientId: string | null;
}

/** How far a message of the resident came. What others say is always `sent`. */
export type Status = 'pending' | 'sent' | 'failed';

/** One line of the conversation, as shown. */
export interface Message {
  /** Stays the same from the first moment it is shown. */
  readonly key: string;
  readonly seq: number | null;
  readonly speaker: Speaker;
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly card: Card | null;
  readonly status: Status;
}

export type Connection = 'connecting' | 'online' | 'offline';

export interface State {
  /** Stored messages by number, then what is not stored yet in the order it was written. */
  readonly messages: readonly Message[];
  /** Every number up to this one is in `messages`. */
  readonly lastSeq: number;
  /** Came before something that is still missing. */
  readonly held: readonly Stored[];
  readonly connection: Connection;
  /** Someone is writing an answer. */
  readonly typing: boolean;
  /** The history was read once, so the page is not empty by accident. */
  readonly loaded: boolean;
  /** Payload last chosen from a message with quick replies, by key of that message. */
  readonly chosen: Readonly<Record<string, string>>;
}

export type Change =
  | { readonly kind: 'wrote'; readonly id: string; readonly text: string }
  | { readonly kind: 'chose'; readonly id: string; readonly key: string; readonly payload: string }
  | { readonly kind: 'accepted'; readonly id: string }
  | { readonly kind: 'refused'; readonly id: string }
  | { readonly kind: 'again'; readonly id: string }
  | { readonly kind: 'received'; readonly messages: readonly Stored[] }
  | { readonly kind: 'loaded' }
  | { readonly kind: 'connection'; readonly connection: Connection }
  | { readonly kind: 'typing'; readonly typing: boolean }
  | { readonly kind: 'erased' };

export const EMPTY: State = {
  messages: [],
  lastSeq: 0,
  held: [],
  connection: 'connecting',
  typing: false,
  loaded: false,
  chosen: {},
};

/** The conversation after one change. */
export function reduce(state: State, change: Change): State {
  switch (change.kind) {
    case 'wrote':
      return write(state, change.id, change.text);
    case 'chose':
      return choose(state, change.id, change.key, change.payload);
    case 'accepted':
      return { ...setStatus(state, change.id, 'sent'), typing: awaits(state, change.id) };
    case 'refused':
      return { ...setStatus(state, change.id, 'failed'), typing: false };
    case 'again':
      return setStatus(state, change.id, 'pending');
    case 'received':
      return receive(state, change.messages);
    case 'loaded':
      return { ...state, loaded: true };
    case 'connection':
      return { ...state, connection: change.connection, typing: change.connection === 'online' && state.typing };
    case 'typing':
      return { ...state, typing: change.typing };
    case 'erased':
      return { ...EMPTY, connection: state.connection, loaded: true };
  }
}

/** The message to send now: the oldest that is not at the server. One at a time, so that order is kept. */
export function nextToSend(state: State): Message | null {
  return state.messages.find((message) => message.status === 'pending') ?? null;
}

/** True when something is missing between what we have and what came. */
export function hasGap(state: State): boolean {
  return state.held.length > 0;
}

/** What was written but is not at the server, to keep over a reload of the page. */
export function unsent(state: State): readonly { readonly id: string; readonly text: string }[] {
  return state.messages.filter((message) => message.status !== 'sent').map(({ key, text }) => ({ id: key, text }));
}

/**
 * The payload chosen from the quick replies of a message, or null.
 *
 * What was clicked here counts first; after a reload it is read from the conversation: the next thing the resident
 * said, when that is one of the choices.
 */
export function chosenFrom(state: State, key: string): string | null {
  const clicked = state.chosen[key];
  if (clicked !== undefined) return clicked;
  const at = state.messages.findIndex((message) => message.key === key);
  const answer = state.messages.slice(at + 1).find((message) => message.speaker === 'you');
  const buttons = state.messages[at]?.buttons ?? [];
  return buttons.find((button) => button.payload === answer?.text)?.payload ?? null;
}

function write(state: State, id: string, text: string): State {
  const said = text.trim();
  if (said === '' || state.messages.some((message) => message.key === id)) return state;
  const message: Message = { key: id, seq: null, speaker: 'you', text: said, buttons: [], card: null, status: 'pending' };
  return { ...state, messages: [...state.messages, message] };
}

/** A second click on the same choice while the first is on its way says nothing new. */
function choose(state: State, id: string, key: string, payload: string): State {
  const waiting = state.messages.some((message) => message.status === 'pending' && message.text === payload);
  if (waiting && state.chosen[key] === payload) return state;
  return { ...write(state, id, payload), chosen: { ...state.chosen, [key]: payload } };
}

/** A message the server already numbered is sent, whatever is heard of it later. */
function setStatus(state: State, id: string, status: Status): State {
  const messages = state.messages.map((message) =>
    message.key === id && message.seq === null ? { ...message, status } : message,
  );
  return { ...state, messages };
}

/** Whether an answer is still to come: nobody said anything after this message. */
function awaits(state: State, id: string): boolean {
  const at = state.messages.findIndex((message) => message.key === id);
  return at >= 0 && state.messages.slice(at + 1).every((message) => message.speaker === 'you');
}

function receive(state: State, arrived: readonly Stored[]): State {
  const waiting = new Map([...state.held, ...arrived].map((stored) => [stored.seq, stored]));
  let { messages, lastSeq, typing } = state;
  for (let next = waiting.get(lastSeq + 1); next; next = waiting.get(lastSeq + 1)) {
    messages = place(messages, next);
    lastSeq = next.seq;
    if (next.speaker !== 'you') typing = false;
  }
  const held = [...waiting.values()].filter((stored) => stored.seq > lastSeq).sort((a, b) => a.seq - b.seq);
  return { ...state, messages, lastSeq, held, typing };
}

/** Puts a stored message after the other stored ones; its own unsent twin makes way but keeps its key. */
function place(messages: readonly Message[], stored: Stored): readonly Message[] {
  const { seq, speaker, text, buttons, card, clientId } = stored;
  const mine = speaker === 'you' && clientId ? clientId : null;
  const message: Message = { key: mine ?? `s${seq}`, seq, speaker, text, buttons, card, status: 'sent' };
  const others = mine ? messages.filter((one) => one.key !== mine) : messages;
  const end = others.findIndex((one) => one.seq === null);
  return end < 0 ? [...others, message] : [...others.slice(0, end), message, ...others.slice(end)];
}
