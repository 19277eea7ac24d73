import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Conversation, type Clock, type Drawer } from '../src/kern/conversation';
import type { Stored, Unsent } from '../src/kern/state';
import { Gone, Trouble, type StreamListener, type Transport } from '../src/kern/transport';

/** A server that keeps its promises over a network that does not. */
class Server {
  stored: Stored[] = [];
  private last = 0;
  private name = 0;
  private begun = false;
  private readonly streams = new Set<{ after: number; listener: StreamListener }>();
  reachable = true;
  /** The message arrives but the answer to it is lost. */
  loseAnswers = false;
  /** Says "too fast" so many times. */
  tooFast = 0;
  sessions = 0;

  put(message: Partial<Stored>): void {
    this.last += 1;
    const whole: Stored = { seq: this.last, speaker: 'bot', text: `antwoord ${this.last}`, buttons: [], card: null, clientId: null, replyTo: null, clearedUpTo: null, ...message };
    this.stored.push(whole);
    for (const { listener } of [...this.streams]) if (this.reachable) listener.message(whole);
  }

  /** As when someone types "wis mijn gesprek": everything goes, and the line says up to where. */
  clear(): void {
    const clearedUpTo = this.last;
    this.stored = [];
    if (clearedUpTo > 0) this.put({ speaker: 'system', text: '', clearedUpTo });
  }

  /** The conversation is too old: gone, without a word. */
  expire(): void {
    this.stored = [];
    this.last = 0;
    this.begun = false;
    this.cut();
  }

  cut(): void {
    for (const stream of [...this.streams]) {
      this.streams.delete(stream);
      stream.listener.closed();
    }
  }

  private eraseAll(): void {
    this.stored = [];
    this.last = 0;
    this.begun = false;
    for (const stream of [...this.streams]) {
      this.streams.delete(stream);
      stream.listener.erased();
    }
  }

  private take({ id, text }: Unsent): number {
    const known = this.taken.get(id);
    if (known) return known;
    this.put({ speaker: 'you', text, clientId: id });
    this.taken.set(id, this.last);
    const seq = this.last;
    this.put({ text: `op ${text}` });
    return seq;
  }

  private readonly taken = new Map<string, number>();

  transport(): Transport {
    return {
      send: async (message) => {
        if (!this.reachable) throw new Trouble();
        if (!this.begun) throw new Gone();
        if (message.text === 'te lang') return { kind: 'refused', problem: 'Dat is te lang.' };
        if (this.tooFast > 0) {
          this.tooFast -= 1;
          return { kind: 'later', wait: 1, trouble: 'Rustig aan.' };
        }
        const seq = this.take(message);
        if (this.loseAnswers) throw new Trouble();
        return { kind: 'accepted', seq };
      },
      page: async (after) => {
        if (!this.reachable) throw new Trouble('Er is storing.', 5);
        if (!this.begun) {
          this.begun = true;
          this.sessions += 1;
          this.name += 1;
        }
        return { conversation: `gesprek ${this.name}`, lastSeq: this.last, waiting: false, messages: this.stored.filter((one) => one.seq > after) };
      },
      listen: (after, listener) => {
        const stream = { after, listener };
        if (!this.reachable || !this.begun) {
          listener.closed();
          return () => undefined;
        }
        this.streams.add(stream);
        listener.opened();
        for (const one of this.stored.filter((each) => each.seq > after)) listener.message(one);
        return () => this.streams.delete(stream);
      },
      erase: async () => {
        if (!this.reachable) throw new Trouble();
        this.eraseAll();
      },
    };
  }
}

/** Time goes when the test says so. */
class HandClock implements Clock {
  private waiting: (() => void)[] = [];

  later(action: () => void): () => void {
    this.waiting.push(action);
    return () => {
      this.waiting = this.waiting.filter((one) => one !== action);
    };
  }

  tick(): void {
    const due = this.waiting;
    this.waiting = [];
    for (const action of due) action();
  }
}

/** Let every promise that can go on go on. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function setUp(server = new Server()) {
  const clock = new HandClock();
  let kept: readonly Unsent[] = [];
  const drawer: Drawer = { read: () => kept, write: (messages) => (kept = messages) };
  let count = 0;
  const newId = (): string => `id${(count += 1)}`;
  const tab = (): Conversation => {
    const conversation = new Conversation({ transport: server.transport(), clock, drawer, newId });
    conversation.start();
    return conversation;
  };
  return { server, clock, tab, kept: () => kept };
}

const texts = (conversation: Conversation): string[] => conversation.state.messages.map((message) => message.text);
const numbers = (conversation: Conversation): (number | null)[] => conversation.state.messages.map((message) => message.seq);

describe('a conversation', () => {
  it('sends two quick messages in order and gets both answers', async () => {
    const { tab } = setUp();
    const here = tab();
    await settle();
    here.say('een');
    here.say('twee');
    await settle();
    expect(texts(here)).toEqual(['een', 'op een', 'twee', 'op twee']);
    expect(here.state.messages.every((message) => message.status === 'sent')).toBe(true);
  });

  it('keeps what was written offline and sends it when the network is back', async () => {
    const { server, clock, tab } = setUp();
    const here = tab();
    await settle();
    server.reachable = false;
    server.cut();
    expect(here.state.connection).toBe('offline');
    here.say('ben je er nog');
    await settle();
    expect(here.state.messages).toMatchObject([{ status: 'pending' }]);
    server.reachable = true;
    clock.tick();
    await settle();
    expect(here.state.connection).toBe('online');
    expect(texts(here)).toEqual(['ben je er nog', 'op ben je er nog']);
  });

  it('says it once when the answer to sending it was lost', async () => {
    const { server, clock, tab } = setUp();
    const here = tab();
    await settle();
    server.loseAnswers = true;
    here.say('hoi');
    await settle();
    server.loseAnswers = false;
    clock.tick();
    await settle();
    expect(texts(here)).toEqual(['hoi', 'op hoi']);
  });

  it('is whole after a reload, with what was not sent yet', async () => {
    const { server, clock, tab } = setUp();
    const before = tab();
    await settle();
    before.say('een');
    await settle();
    server.reachable = false;
    before.say('twee');
    await settle();
    before.stop();
    server.reachable = true;
    const reloaded = tab();
    await settle();
    clock.tick();
    await settle();
    expect(texts(reloaded)).toEqual(['een', 'op een', 'twee', 'op twee']);
  });

  it('shows a refused message as failed and goes on with the next', async () => {
    const { tab } = setUp();
    const here = tab();
    await settle();
    here.say('te lang');
    here.say('kort');
    await settle();
    expect(here.state.messages.find((message) => message.text === 'te lang')).toMatchObject({ status: 'failed', problem: 'Dat is te lang.' });
    expect(texts(here)).toContain('op kort');
  });

  it('is the same in a second tab, and gone in both when erased in one', async () => {
    const { server, tab } = setUp();
    const [one, two] = [tab(), tab()];
    await settle();
    one.say('hoi');
    server.put({ speaker: 'colleague', text: 'Dag, met Anna' });
    await settle();
    expect(texts(two)).toEqual(texts(one));
    await one.erase();
    await settle();
    expect([texts(one), texts(two)]).toEqual([[], []]);
    two.say('opnieuw');
    await settle();
    expect(texts(two)).toEqual(['opnieuw', 'op opnieuw']);
    one.say('ik ook');
    await settle();
    expect(texts(one)).toEqual(texts(two));
  });

  it('asks nothing of the server after erasing, until something is said', async () => {
    const { server, clock, tab, kept } = setUp();
    const here = tab();
    await settle();
    here.say('hoi');
    await settle();
    await here.erase();
    here.wake();
    clock.tick();
    await settle();
    expect(here.state.connection).toBe('idle');
    expect(server.sessions).toBe(1);
    expect(kept()).toEqual([]);
  });

  it('forgets what was wiped in the talk, also in another tab that was away', async () => {
    const { server, tab } = setUp();
    const here = tab();
    await settle();
    here.say('een');
    await settle();
    server.reachable = false;
    server.cut();
    server.clear();
    server.put({ text: 'Ons gesprek is gewist.' });
    server.reachable = true;
    here.wake();
    await settle();
    expect(texts(here)).toEqual(['Ons gesprek is gewist.']);
  });

  it('says it in a new conversation when the old one was too old', async () => {
    const { server, clock, tab } = setUp();
    const here = tab();
    await settle();
    here.say('lang geleden');
    await settle();
    server.expire();
    here.say('nu');
    await settle();
    clock.tick();
    await settle();
    expect(texts(here)).toEqual(['nu', 'op nu']);
    expect(here.state.connection).toBe('online');
  });

  it('waits when the server says too fast, shows why, and keeps the order', async () => {
    const { server, clock, tab } = setUp();
    const here = tab();
    await settle();
    server.tooFast = 1;
    here.say('een');
    here.say('twee');
    await settle();
    expect(here.state).toMatchObject({ trouble: 'Rustig aan.', connection: 'online' });
    clock.tick();
    await settle();
    expect(texts(here)).toEqual(['een', 'op een', 'twee', 'op twee']);
    expect(here.state.trouble).toBe('');
  });

  it('shows the words of the server when it cannot do its work', async () => {
    const { server, tab } = setUp();
    server.reachable = false;
    const here = tab();
    await settle();
    expect(here.state).toMatchObject({ connection: 'offline', trouble: 'Er is storing.' });
  });

  it('listens again when what it said does not come back over the line', async () => {
    const { server, clock, tab } = setUp();
    const here = tab();
    await settle();
    const put = server.put.bind(server);
    server.put = (message) => {
      server.reachable = false;
      put(message);
      server.reachable = true;
    };
    here.say('hoor je mij');
    await settle();
    expect(numbers(here)).toEqual([null]);
    clock.tick();
    await settle();
    expect(texts(here)).toEqual(['hoor je mij', 'op hoor je mij']);
  });

  it('erases nothing here when the server was not reached', async () => {
    const { server, tab } = setUp();
    const here = tab();
    await settle();
    here.say('hoi');
    await settle();
    server.reachable = false;
    await expect(here.erase()).rejects.toThrow();
    expect(texts(here)).toEqual(['hoi', 'op hoi']);
  });

  it('fills a gap that the stream left', async () => {
    const { server, tab } = setUp();
    const here = tab();
    await settle();
    server.reachable = false;
    server.put({ text: 'gemist' });
    server.reachable = true;
    server.put({ text: 'wel gehoord' });
    await settle();
    expect(texts(here)).toEqual(['gemist', 'wel gehoord']);
  });

  it('loses nothing and doubles nothing under any order of faults', async () => {
    const step = fc.constantFrom('say', 'cut', 'down', 'up', 'lose', 'keep', 'tick', 'wake', 'push', 'reload', 'wait', 'fast', 'clear');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { server, clock, tab } = setUp();
        let here = tab();
        const said: string[] = [];
        for (const [at, what] of steps.entries()) {
          if (what === 'say') here.say(said[said.push(`woord ${at}`) - 1] ?? '');
          if (what === 'cut') server.cut();
          if (what === 'down' || what === 'up') server.reachable = what === 'up';
          if (what === 'lose' || what === 'keep') server.loseAnswers = what === 'lose';
          if (what === 'tick') clock.tick();
          if (what === 'wake') here.wake();
          if (what === 'push') server.put({ speaker: 'colleague' });
          if (what === 'fast') server.tooFast = 2;
          if (what === 'clear') {
            await settle();
            if (here.state.messages.some((message) => message.status === 'pending')) continue;
            server.clear();
            said.length = 0;
          }
          if (what === 'wait') await settle();
          if (what === 'reload') {
            here.stop();
            here = tab();
          }
        }
        server.reachable = true;
        server.loseAnswers = false;
        await settle();
        for (let again = 0; again < 4; again += 1) {
          here.wake();
          await settle();
          clock.tick();
          await settle();
        }
        const shown = server.stored.filter((one) => one.speaker !== 'system');
        expect(numbers(here)).toEqual(shown.map((one) => one.seq));
        expect(texts(here)).toEqual(shown.map((one) => one.text));
        expect(here.state.messages.filter((message) => message.speaker === 'you').map((message) => message.text)).toEqual(said);
      }),
      { numRuns: 200 },
    );
  });
});
