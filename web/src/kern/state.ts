/**
 * The conversation as a value, and every change of it as a pure function.
 *
 * Nothing in here knows of a network, a clock or a page. The server numbers what it stores: 1, 2, 3 ... for one
 * conversation. That number is what makes "no double, no gap" checkable: a number seen before is dropped, a number
 * too far ahead is held until the missing ones came. Only what was wiped leaves a gap, and the server says so
 * (docs/web.md, `cleared_up_to`).
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
  /** `bewaar`: to keep, print or draw; `suggestie`: to act on. */
  readonly type: 'suggestie' | 'bewaar';
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
  readonly via?: string;
  readonly cost?: string;
  readonly notice?: string;
  /** The card as the server sent it, for the route map. */
  readonly source: unknown;
}

/** What the server stored, with its number in the conversation. */
export interface Stored {
  readonly seq: number;
  /** `system` says nothing; it tells what was wiped. */
  readonly speaker: Speaker | 'system';
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly card: Card | null;
  /** The id the browser gave, on what the resident said. */
  readonly clientId: string | null;
  /** Number of the message whose quick reply this is. */
  readonly replyTo: number | null;
  /** Everything up to this number was wiped. */
  readonly clearedUpTo: number | null;
}

/** A piece of a conversation as the server gives it: everything after a number, up to another. */
export interface Page {
  /** Tells two conversations apart, and nothing else. */
  readonly conversation: string;
  readonly lastSeq: number;
  /** An answer is still to come. */
  readonly waiting: boolean;
  readonly messages: readonly Stored[];
}

/** What the resident wrote and the server does not have yet. */
export interface Unsent {
  readonly id: string;
  readonly text: string;
  readonly replyTo: number | null;
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
  readonly replyTo: number | null;
  readonly status: Status;
  /** The number the server said it gave this message, before it comes by itself. */
  readonly given: number | null;
  /** Why the server refused it, in its own kind words. */
  readonly problem: string;
}

/** `idle`: nothing is kept at the server, and nothing is asked of it until the resident says something. */
export type Connection = 'idle' | 'connecting' | 'online' | 'offline';

export interface State {
  /** Which conversation this is; null before the server told. */
  readonly conversation: string | null;
  /** Stored messages by number, then what is not stored yet in the order it was written. */
  readonly messages: readonly Message[];
  /** Every number up to this one is in `messages`. */
  readonly lastSeq: number;
  /** Came before something that is still missing. */
  readonly held: readonly Stored[];
  readonly connection: Connection;
  /** What the server says is the matter now, in its own kind words. */
  readonly trouble: string;
  /** Someone is writing an answer. */
  readonly typing: boolean;
  /** The history was read once, so the page is not empty by accident. */
  readonly loaded: boolean;
  /** Payload last chosen from a message with quick replies, by key of that message. */
  readonly chosen: Readonly<Record<string, string>>;
}

export type Change =
  | { readonly kind: 'wrote'; readonly id: string; readonly text: string; readonly replyTo?: number | null }
  | { readonly kind: 'chose'; readonly id: string; readonly key: string; readonly payload: string }
  | { readonly kind: 'accepted'; readonly id: string; readonly seq: number | null }
  | { readonly kind: 'refused'; readonly id: string; readonly problem: string }
  | { readonly kind: 'again'; readonly id: string }
  | { readonly kind: 'received'; readonly message: Stored }
  | { readonly kind: 'caughtUp'; readonly page: Page }
  | { readonly kind: 'connection'; readonly connection: Connection; readonly trouble?: string }
  | { readonly kind: 'trouble'; readonly trouble: string }
  | { readonly kind: 'typing'; readonly typing: boolean }
  | { readonly kind: 'erased' };

export const EMPTY: State = {
  conversation: null,
  messages: [],
  lastSeq: 0,
  held: [],
  connection: 'idle',
  trouble: '',
  typing: false,
  loaded: false,
  chosen: {},
};

/** The conversation after one change. */
export function reduce(state: State, change: Change): State {
  switch (change.kind) {
    case 'wrote':
      return write(state, change.id, change.text, change.replyTo ?? null);
    case 'chose':
      return choose(state, change.id, change.key, change.payload);
    case 'accepted':
      return accept(state, change.id, change.seq);
    case 'refused':
      return { ...mend(state, change.id, { status: 'failed', problem: change.problem }), typing: false };
    case 'again':
      return mend(state, change.id, { status: 'pending', problem: '' });
    case 'received':
      return receive(state, [change.message], 0);
    case 'caughtUp':
      return catchUp(state, change.page);
    case 'connection':
      return {
        ...state,
        connection: change.connection,
        trouble: change.trouble ?? '',
        typing: change.connection === 'online' && state.typing,
      };
    case 'trouble':
      return { ...state, trouble: change.trouble };
    case 'typing':
      return { ...state, typing: change.typing };
    case 'erased':
      return { ...EMPTY, loaded: true };
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
export function unsent(state: State): readonly Unsent[] {
  return state.messages
    .filter((message) => message.status !== 'sent')
    .map(({ key, text, replyTo }) => ({ id: key, text, replyTo }));
}

/**
 * The payload chosen from the quick replies of a message, or null.
 *
 * What was clicked here counts first; after a reload, or in another tab, it is read from the conversation: what the
 * resident said in reply to it, or the next thing said, when that is one of the choices.
 */
export function chosenFrom(state: State, key: string): string | null {
  const clicked = state.chosen[key];
  if (clicked !== undefined) return clicked;
  const at = state.messages.findIndex((message) => message.key === key);
  const asked = state.messages[at];
  if (!asked) return null;
  const after = state.messages.slice(at + 1).filter((message) => message.speaker === 'you');
  const replies = after.filter((message) => message.replyTo !== null && message.replyTo === asked.seq);
  const answer = replies[replies.length - 1] ?? after[0];
  return asked.buttons.find((button) => button.payload === answer?.text)?.payload ?? null;
}

function write(state: State, id: string, text: string, replyTo: number | null): State {
  const said = text.trim();
  if (said === '' || state.messages.some((message) => message.key === id)) return state;
  const message: Message = { ...SILENT, key: id, speaker: 'you', text: said, replyTo, status: 'pending' };
  return { ...state, messages: [...state.messages, message] };
}

const SILENT = { seq: null, buttons: [], card: null, given: null, problem: '' } as const;

/** A second click on the same choice before anyone answered says nothing new. */
function choose(state: State, id: string, key: string, payload: string): State {
  const last = state.messages[state.messages.length - 1];
  if (state.chosen[key] === payload && last?.speaker === 'you' && last.text === payload && last.status !== 'failed') return state;
  const asked = state.messages.find((message) => message.key === key);
  return { ...write(state, id, payload, asked?.seq ?? null), chosen: { ...state.chosen, [key]: payload } };
}

/** The server has it. When its number has passed and it is not here, it was wiped meanwhile. */
function accept(state: State, id: string, seq: number | null): State {
  const wiped = seq !== null && seq <= state.lastSeq && state.messages.some((one) => one.key === id && one.seq === null);
  if (wiped) return { ...state, messages: state.messages.filter((message) => message.key !== id), trouble: '' };
  return { ...mend(state, id, { status: 'sent', given: seq }), typing: awaits(state, id), trouble: '' };
}

/** A message the server already numbered is sent, whatever is heard of it later. */
function mend(state: State, id: string, news: Partial<Message>): State {
  const messages = state.messages.map((message) => (message.key === id && message.seq === null ? { ...message, ...news } : message));
  return { ...state, messages };
}

/** Whether an answer is still to come: nobody said anything after this message. */
function awaits(state: State, id: string): boolean {
  const at = state.messages.findIndex((message) => message.key === id);
  return at >= 0 && state.messages.slice(at + 1).every((message) => message.speaker === 'you');
}

/** Another conversation than we had begins with an empty list; what was not sent is said in the new one. */
function catchUp(state: State, page: Page): State {
  const same = state.conversation === null || state.conversation === page.conversation;
  const before = same ? state : { ...state, messages: state.messages.filter((one) => one.status !== 'sent'), lastSeq: 0, held: [], chosen: {} };
  const after = receive(before, page.messages, page.lastSeq);
  return { ...after, conversation: page.conversation, loaded: true, typing: page.waiting };
}

/** `complete`: everything up to this number has come; what is not there was wiped. */
function receive(state: State, arrived: readonly Stored[], complete: number): State {
  const wiped = Math.max(0, ...arrived.map((one) => one.clearedUpTo ?? 0));
  const kept = state.messages.filter((one) => (one.seq ?? one.given ?? Infinity) > wiped);
  const next: State = { ...state, messages: kept, lastSeq: Math.max(state.lastSeq, wiped) };
  const bySeq = new Map([...state.held, ...arrived].map((stored) => [stored.seq, stored]));
  const news = [...bySeq.values()].filter((stored) => stored.seq > next.lastSeq).sort((a, b) => a.seq - b.seq);
  const after = news.filter((stored) => stored.seq <= complete).reduce(take, { ...next, held: [] });
  const later = news.filter((stored) => stored.seq > complete);
  return later.reduce(takeOrHold, { ...after, lastSeq: Math.max(after.lastSeq, complete) });
}

/** A stored message waits when something may be missing before it. */
function takeOrHold(state: State, stored: Stored): State {
  return stored.seq === state.lastSeq + 1 ? take(state, stored) : { ...state, held: [...state.held, stored] };
}

function take(state: State, stored: Stored): State {
  const { speaker, seq } = stored;
  if (speaker === 'system') return { ...state, lastSeq: seq };
  return { ...state, messages: place(state.messages, stored, speaker), lastSeq: seq, typing: state.typing && speaker === 'you' };
}

/** Puts a stored message after the other stored ones; its own unsent twin makes way but keeps its key. */
function place(messages: readonly Message[], stored: Stored, speaker: Speaker): readonly Message[] {
  const { seq, text, buttons, card, clientId, replyTo } = stored;
  const mine = speaker === 'you' && clientId ? clientId : null;
  const message: Message = { ...SILENT, key: mine ?? `s${seq}`, seq, speaker, text, buttons, card, replyTo, status: 'sent' };
  const others = mine ? messages.filter((one) => one.key !== mine) : messages;
  const end = others.findIndex((one) => one.seq === null);
  return end < 0 ? [...others, message] : [...others.slice(0, end), message, ...others.slice(end)];
}
