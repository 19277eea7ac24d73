import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Conversation, type Clock, type Drawer } from '../src/kern/conversation';
import type { Stored } from '../src/kern/state';
import type { StreamListener, Transport } from '../src/kern/transport';

/** A server that keeps its promises over a network that does not. */
class Server {
  stored: Stored[] = [];
  private readonly streams = new Set<{ after: number; listener: StreamListener }>();
  reachable = true;
  /** The message arrives but the answer to it is lost. */
  loseAnswers = false;

  put(message: Partial<Stored>): void {
    const seq = this.stored.length + 1;
    const whole: Stored = { seq, speaker: 'bot', text: `antwoord ${seq}`, buttons: [], card: null, clientId: null, ...message };
    this.stored.push(whole);
    for (const { listener } of [...this.streams]) if (this.reachable) listener.message(whole);
  }

  cut(): void {
    for (const stream of [...this.streams]) {
      this.streams.delete(stream);
      stream.listener.closed();
    }
  }

  eraseAll(): void {
    this.stored = [];
    for (const { listener } of [...this.streams]) listener.erased();
  }

  transport(): Transport {
    return {
      send: async (id, text) => {
        if (!this.reachable) throw new Error('no network');
        if (text === 'te lang') return 'refused';
        if (!this.stored.some((one) => one.clientId === id)) {
          this.put({ speaker: 'you', text, clientId: id });
          this.put({ text: `op ${text}` });
        }
        if (this.loseAnswers) throw new Error('answer lost');
        return 'accepted';
      },
      history: async (after) => {
        if (!this.reachable) throw new Error('no network');
        return this.stored.filter((one) => one.seq > after);
      },
      listen: (after, listener) => {
        const stream = { after, listener };
        if (!this.reachable) {
          listener.closed();
          return () => undefined;
        }
        this.streams.add(stream);
        listener.opened();
        for (const one of this.stored.filter((each) => each.seq > after)) listener.message(one);
        return () => this.streams.delete(stream);
      },
      erase: async () => {
        if (!this.reachable) throw new Error('no network');
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
  let kept: readonly { id: string; text: string }[] = [];
  const drawer: Drawer = { read: () => kept, write: (messages) => (kept = messages) };
  let count = 0;
  const newId = (): string => `id${(count += 1)}`;
  const tab = (): Conversation => {
    const conversation = new Conversation({ transport: server.transport(), clock, drawer, newId });
    conversation.start();
    return conversation;
  };
  return { server, clock, tab };
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
    expect(here.state.messages.find((message) => message.text === 'te lang')?.status).toBe('failed');
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
    expect(texts(one)).toEqual(['opnieuw', 'op opnieuw']);
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
    const step = fc.constantFrom('say', 'cut', 'down', 'up', 'lose', 'keep', 'tick', 'wake', 'push', 'reload', 'wait');
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
          if (what === 'wait') await settle();
          if (what === 'reload') {
            here.stop();
            here = tab();
          }
        }
        server.reachable = true;
        server.loseAnswers = false;
        await settle();
        here.wake();
        await settle();
        clock.tick();
        await settle();
        expect(numbers(here)).toEqual(server.stored.map((one) => one.seq));
        expect(texts(here)).toEqual(server.stored.map((one) => one.text));
        expect(here.state.messages.filter((message) => message.speaker === 'you').map((message) => message.text)).toEqual(said);
      }),
      { numRuns: 200 },
    );
  });
});
