/** Keeps a conversation and a server in step: sends one by one, listens, and catches up after anything that broke. */

import { EMPTY, chosenFrom, hasGap, nextToSend, reduce, unsent, type Change, type State } from './state';
import type { Transport } from './transport';

/** First and longest wait before trying again, in milliseconds. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** After this long without an answer the dots stop, in milliseconds: an animation that never ends is no news. */
const TYPING_LIMIT = 20_000;

/** Timers, so that tests do not wait. */
export interface Clock {
  later(action: () => void, milliseconds: number): () => void;
}

/** Where unsent messages survive a reload of this tab. */
export interface Drawer {
  read(): readonly { readonly id: string; readonly text: string }[];
  write(messages: readonly { readonly id: string; readonly text: string }[]): void;
}

export interface Parts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly drawer: Drawer;
  readonly newId: () => string;
}

export class Conversation {
  state: State = EMPTY;
  private listeners: ((state: State) => void)[] = [];
  private stopListening: (() => void) | null = null;
  private cancelRetry: (() => void) | null = null;
  private cancelTyping: (() => void) | null = null;
  private wait = FIRST_WAIT;
  private sending = false;
  private running = false;
  /** Goes up with every new connection and every erasure: answers to older questions are not ours any more. */
  private turn = 0;

  constructor(private readonly parts: Parts) {}

  /** Be told of every new state. */
  onChange(listener: (state: State) => void): void {
    this.listeners.push(listener);
  }

  /** Begin: bring back what was not sent, read what was said, and listen. */
  start(): void {
    this.running = true;
    for (const { id, text } of this.parts.drawer.read()) this.apply({ kind: 'wrote', id, text });
    void this.connect();
  }

  /** Let go of the server; the conversation stays as it is. */
  stop(): void {
    this.running = false;
    this.hangUp();
  }

  /** The page woke up or the network came back: connect anew, whatever we thought of the old connection. */
  wake(): void {
    if (!this.running) return;
    this.wait = FIRST_WAIT;
    void this.connect();
  }

  say(text: string): void {
    this.apply({ kind: 'wrote', id: this.parts.newId(), text });
    void this.pump();
  }

  /** A quick reply of the message with this key. */
  choose(key: string, payload: string): void {
    this.apply({ kind: 'chose', id: this.parts.newId(), key, payload });
    void this.pump();
  }

  /** Try a refused message again. */
  again(id: string): void {
    this.apply({ kind: 'again', id });
    void this.pump();
  }

  chosenFrom(key: string): string | null {
    return chosenFrom(this.state, key);
  }

  /** Erase here and at the server. Rejects when the server was not reached: then nothing is erased anywhere. */
  async erase(): Promise<void> {
    await this.parts.transport.erase();
    this.apply({ kind: 'erased' });
    void this.connect();
  }

  private apply(change: Change): void {
    this.state = reduce(this.state, change);
    this.parts.drawer.write(unsent(this.state));
    this.cancelTyping?.();
    this.cancelTyping = this.state.typing
      ? this.parts.clock.later(() => this.apply({ kind: 'typing', typing: false }), TYPING_LIMIT)
      : null;
    for (const listener of this.listeners) listener(this.state);
  }

  private hangUp(): void {
    this.turn += 1;
    this.stopListening?.();
    this.stopListening = null;
    this.cancelRetry?.();
    this.cancelRetry = null;
  }

  private async connect(): Promise<void> {
    this.hangUp();
    const turn = this.turn;
    if (!(await this.catchUp(turn))) return;
    this.apply({ kind: 'loaded' });
    this.stopListening = this.parts.transport.listen(this.state.lastSeq, {
      opened: () => turn === this.turn && this.opened(),
      message: (message) => {
        if (turn !== this.turn) return;
        this.apply({ kind: 'received', messages: [message] });
        if (hasGap(this.state)) void this.catchUp(turn);
      },
      typing: (typing) => turn === this.turn && this.apply({ kind: 'typing', typing }),
      erased: () => {
        if (turn !== this.turn) return;
        this.apply({ kind: 'erased' });
        void this.connect();
      },
      closed: () => turn === this.turn && this.lost(),
    });
  }

  /** Read what is missing. False when the server was not reached or the answer came too late. */
  private async catchUp(turn: number): Promise<boolean> {
    try {
      const messages = await this.parts.transport.history(this.state.lastSeq);
      if (turn !== this.turn) return false;
      this.apply({ kind: 'received', messages });
      return true;
    } catch {
      if (turn === this.turn) this.lost();
      return false;
    }
  }

  private opened(): void {
    // A server that listens but takes nothing must not be asked every second: then the wait goes on growing.
    if (!nextToSend(this.state)) this.wait = FIRST_WAIT;
    this.apply({ kind: 'connection', connection: 'online' });
    void this.pump();
  }

  private lost(): void {
    this.hangUp();
    this.apply({ kind: 'connection', connection: 'offline' });
    this.cancelRetry = this.parts.clock.later(() => void this.connect(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  /** Send what is waiting, oldest first, one at a time. */
  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let next = nextToSend(this.state); next && this.state.connection === 'online'; next = nextToSend(this.state)) {
        const outcome = await this.parts.transport.send(next.key, next.text);
        this.wait = FIRST_WAIT;
        this.apply({ kind: outcome, id: next.key });
      }
    } catch {
      if (this.running) this.lost();
    } finally {
      this.sending = false;
    }
  }
}
