/** Keeps a conversation and a server in step: sends one by one, listens, and catches up after anything that broke. */

import { EMPTY, chosenFrom, hasGap, nextToSend, reduce, unsent, type Change, type State, type Unsent } from './state';
import { Gone, Trouble, type Transport } from './transport';

/** First and longest wait before trying again, in milliseconds. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** After this long without an answer the dots stop, in milliseconds: an animation that never ends is no news. */
const TYPING_LIMIT = 60_000;
/** A message that was taken comes back by itself within this time, in milliseconds; if not, we are not listening well. */
const ECHO_LIMIT = 10_000;

/** Timers, so that tests do not wait. */
export interface Clock {
  later(action: () => void, milliseconds: number): () => void;
}

/** Where unsent messages survive a reload of this tab. */
export interface Drawer {
  read(): readonly Unsent[];
  write(messages: readonly Unsent[]): void;
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
    for (const { id, text, replyTo } of this.parts.drawer.read()) this.apply({ kind: 'wrote', id, text, replyTo });
    void this.connect();
  }

  /** Let go of the server; the conversation stays as it is. */
  stop(): void {
    this.running = false;
    this.hangUp();
  }

  /** The page woke up or the network came back: connect anew, whatever we thought of the old connection. */
  wake(): void {
    if (!this.running || this.state.connection === 'idle') return;
    this.wait = FIRST_WAIT;
    void this.connect();
  }

  /** The browser says that the network is gone. */
  unplugged(): void {
    if (this.running && this.state.connection === 'online') this.lost();
  }

  say(text: string): void {
    this.apply({ kind: 'wrote', id: this.parts.newId(), text });
    this.go();
  }

  /** A quick reply of the message with this key. */
  choose(key: string, payload: string): void {
    this.apply({ kind: 'chose', id: this.parts.newId(), key, payload });
    this.go();
  }

  /** Try a refused message again. */
  again(id: string): void {
    this.apply({ kind: 'again', id });
    this.go();
  }

  chosenFrom(key: string): string | null {
    return chosenFrom(this.state, key);
  }

  /**
   * Erase here and at the server. Rejects when the server was not reached: then nothing is erased anywhere.
   *
   * Nothing is asked of the server after it until the person says something again.
   */
  async erase(): Promise<void> {
    await this.parts.transport.erase();
    this.forget();
  }

  /** Empty this page and stop listening. */
  forget(): void {
    this.hangUp();
    this.apply({ kind: 'erased' });
  }

  private go(): void {
    if (this.state.connection === 'idle' && this.running && nextToSend(this.state)) void this.connect();
    else void this.pump();
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
    if (this.state.connection === 'idle') this.apply({ kind: 'connection', connection: 'connecting' });
    if (!(await this.catchUp(turn))) return;
    this.stopListening = this.parts.transport.listen(this.state.lastSeq, {
      opened: () => turn === this.turn && this.opened(),
      message: (message) => {
        if (turn !== this.turn) return;
        this.apply({ kind: 'received', message });
        if (hasGap(this.state)) void this.catchUp(turn);
      },
      typing: (typing) => turn === this.turn && this.apply({ kind: 'typing', typing }),
      erased: () => turn === this.turn && this.forget(),
      closed: () => turn === this.turn && this.lost(),
    });
  }

  /** Read what is missing. False when the server was not reached or the answer came too late. */
  private async catchUp(turn: number): Promise<boolean> {
    try {
      const page = await this.parts.transport.page(this.state.lastSeq);
      if (turn !== this.turn) return false;
      this.apply({ kind: 'caughtUp', page });
      return true;
    } catch (trouble) {
      if (turn === this.turn) this.lost(trouble);
      return false;
    }
  }

  private opened(): void {
    // A server that listens but takes nothing must not be asked every second: then the wait goes on growing.
    if (!nextToSend(this.state)) this.wait = FIRST_WAIT;
    this.apply({ kind: 'connection', connection: 'online' });
    void this.pump();
  }

  private lost(why?: unknown): void {
    const { kind, wait } = why instanceof Trouble ? why : new Trouble();
    this.hangUp();
    this.apply({ kind: 'connection', connection: 'offline', trouble: kind });
    this.cancelRetry = this.parts.clock.later(() => void this.connect(), Math.max(this.wait, wait));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  /** Send what is waiting, oldest first, one at a time. */
  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    let turn = this.turn;
    try {
      for (let next = nextToSend(this.state); next && this.state.connection === 'online'; next = nextToSend(this.state)) {
        turn = this.turn;
        if (!(await this.send({ id: next.key, text: next.text, replyTo: next.replyTo }))) break;
        this.wait = FIRST_WAIT;
      }
    } catch (trouble) {
      if (this.running && this.state.connection !== 'idle') this.notSent(trouble, turn);
    } finally {
      this.sending = false;
    }
  }

  private notSent(why: unknown, turn: number): void {
    if (why instanceof Gone && this.wait === FIRST_WAIT) {
      this.wait *= 2;
      void this.connect();
      // The connection of now is not broken by a message that was sent over an older one.
    } else if (turn !== this.turn && this.state.connection === 'online') this.parts.clock.later(() => void this.pump(), FIRST_WAIT);
    else this.lost(why);
  }

  /** Hand over one message. False: not now, and it goes by itself later. */
  private async send(message: Unsent): Promise<boolean> {
    const outcome = await this.parts.transport.send(message);
    if (outcome.kind === 'later') {
      this.apply({ kind: 'trouble', trouble: outcome.trouble });
      this.parts.clock.later(() => void this.pump(), outcome.wait);
      return false;
    }
    if (outcome.kind === 'refused') this.apply({ kind: 'refused', id: message.id, problem: outcome.problem });
    else {
      this.apply({ kind: 'accepted', id: message.id, seq: outcome.seq });
      this.parts.clock.later(() => this.expectEcho(message.id), ECHO_LIMIT);
    }
    return true;
  }

  /** What was taken must come over the line; two tabs that began at once may each listen to another conversation. */
  private expectEcho(id: string): void {
    const missing = this.state.messages.some((one) => one.key === id && one.seq === null && one.status === 'sent');
    if (missing && this.state.connection === 'online') this.wake();
  }
}
