import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { EMPTY, chosenFrom, hasGap, nextToSend, reduce, unsent, type Change, type Page, type State, type Stored } from '../src/kern/state';

const after = (...changes: Change[]): State => changes.reduce(reduce, EMPTY);
const stored = (seq: number, more: Partial<Stored> = {}): Stored => ({
  seq,
  speaker: 'bot',
  text: `bericht ${seq}`,
  buttons: [],
  card: null,
  clientId: null,
  replyTo: null,
  clearedUpTo: null,
  ...more,
});
const received = (message: Stored): Change => ({ kind: 'received', message });
const page = (messages: Stored[], more: Partial<Page> = {}): Change => ({
  kind: 'caughtUp',
  page: { conversation: 'a', lastSeq: Math.max(0, ...messages.map((one) => one.seq)), waiting: false, messages, ...more },
});
const texts = (state: State): string[] => state.messages.map((message) => message.text);
const choices = { buttons: [{ title: 'Ja', payload: 'ja' }, { title: 'Nee', payload: 'nee' }] };

describe('what the resident says', () => {
  it('stands there at once, and waits', () => {
    const state = after({ kind: 'wrote', id: 'a', text: ' hoi ' });
    expect(state.messages).toMatchObject([{ key: 'a', text: 'hoi', speaker: 'you', status: 'pending' }]);
    expect(nextToSend(state)?.key).toBe('a');
  });

  it('says nothing when nothing was written, and one thing for one id', () => {
    expect(after({ kind: 'wrote', id: 'a', text: '  ' }).messages).toEqual([]);
    expect(after({ kind: 'wrote', id: 'a', text: 'hoi' }, { kind: 'wrote', id: 'a', text: 'hoi' }).messages).toHaveLength(1);
  });

  it('goes to the server oldest first, also after one was refused', () => {
    const two = after({ kind: 'wrote', id: 'a', text: 'een' }, { kind: 'wrote', id: 'b', text: 'twee' });
    expect(nextToSend(two)?.key).toBe('a');
    const refused = reduce(two, { kind: 'refused', id: 'a', problem: '' });
    expect(nextToSend(refused)?.key).toBe('b');
    expect(nextToSend(reduce(refused, { kind: 'again', id: 'a' }))?.key).toBe('a');
  });

  it('is kept for after a reload until the server has it', () => {
    const two = after({ kind: 'wrote', id: 'a', text: 'een' }, { kind: 'wrote', id: 'b', text: 'twee' }, { kind: 'accepted', id: 'a', seq: null });
    expect(unsent(two)).toEqual([{ id: 'b', text: 'twee', replyTo: null }]);
  });

  it('becomes one with what the server stored, and keeps its key', () => {
    const state = after({ kind: 'wrote', id: 'a', text: 'een' }, received(stored(1, { speaker: 'you', text: 'een', clientId: 'a' })));
    expect(state.messages).toMatchObject([{ key: 'a', seq: 1, status: 'sent' }]);
  });

  it('does not turn failed when the server already stored it', () => {
    const state = after({ kind: 'wrote', id: 'a', text: 'een' }, received(stored(1, { speaker: 'you', clientId: 'a' })), { kind: 'refused', id: 'a', problem: '' });
    expect(state.messages[0]?.status).toBe('sent');
  });
});

describe('what arrives', () => {
  it('is shown once, however often it comes', () => {
    expect(texts(after(received(stored(1)), received(stored(1)), page([stored(1), stored(2)]), received(stored(2))))).toEqual(['bericht 1', 'bericht 2']);
  });

  it('waits for what is missing before it', () => {
    const early = after(received(stored(1)), received(stored(3)));
    expect(texts(early)).toEqual(['bericht 1']);
    expect(hasGap(early)).toBe(true);
    const whole = reduce(early, received(stored(2)));
    expect(texts(whole)).toEqual(['bericht 1', 'bericht 2', 'bericht 3']);
    expect(hasGap(whole)).toBe(false);
  });

  it('stands before what is not stored yet', () => {
    const state = after({ kind: 'wrote', id: 'a', text: 'nog onderweg' }, received(stored(1)));
    expect(texts(state)).toEqual(['bericht 1', 'nog onderweg']);
  });

  it('is complete and in order, in whatever pieces, order and number of times it came', () => {
    const arrivals = fc.integer({ min: 1, max: 25 }).chain((total) =>
      fc.tuple(fc.constant(total), fc.array(fc.array(fc.integer({ min: 1, max: total }), { maxLength: 6 }), { maxLength: 30 })),
    );
    fc.assert(
      fc.property(arrivals, ([total, pieces]) => {
        const numbers = Array.from({ length: total }, (_, at) => at + 1);
        let state = EMPTY;
        for (const piece of pieces) {
          state = piece.map((seq) => received(stored(seq))).reduce(reduce, state);
          expect(state.messages.map((message) => message.seq)).toEqual(numbers.slice(0, state.lastSeq));
        }
        state = reduce(state, page(numbers.filter((seq) => seq > state.lastSeq).map((seq) => stored(seq))));
        expect(state.messages.map((message) => message.seq)).toEqual(numbers);
        expect(state.held).toEqual([]);
      }),
    );
  });
});

describe('what was wiped', () => {
  const cleared = stored(4, { speaker: 'system', text: '', clearedUpTo: 3 });

  it('goes, with the gap it leaves', () => {
    const state = after(received(stored(1)), received(stored(2)), received(cleared), received(stored(5)));
    expect(texts(state)).toEqual(['bericht 5']);
    expect(state).toMatchObject({ lastSeq: 5, held: [] });
  });

  it('takes the message that asked for it along, which never comes by itself', () => {
    const asked = after({ kind: 'wrote', id: 'a', text: 'wis' }, { kind: 'accepted', id: 'a', seq: 3 });
    expect(texts(reduce(asked, received(cleared)))).toEqual([]);
    const first = after({ kind: 'wrote', id: 'a', text: 'wis' }, received(cleared), { kind: 'accepted', id: 'a', seq: 3 });
    expect(texts(first)).toEqual([]);
  });

  it('leaves what was said after it', () => {
    const state = after({ kind: 'wrote', id: 'b', text: 'en toen' }, page([cleared, stored(5)], { lastSeq: 5 }));
    expect(texts(state)).toEqual(['bericht 5', 'en toen']);
  });
});

describe('another conversation', () => {
  it('begins with an empty list, and what was not sent yet is said in it', () => {
    const before = after(page([stored(1), stored(2)]), { kind: 'wrote', id: 'x', text: 'nog iets' });
    const state = reduce(before, page([stored(1, { text: 'nieuw' })], { conversation: 'b' }));
    expect(texts(state)).toEqual(['nieuw', 'nog iets']);
    expect(state).toMatchObject({ conversation: 'b', lastSeq: 1 });
  });
});

describe('quick replies', () => {
  const asked = after(received(stored(1, choices)));

  it('show what was chosen and stay usable', () => {
    const once = reduce(asked, { kind: 'chose', id: 'a', key: 's1', payload: 'ja' });
    expect(chosenFrom(once, 's1')).toBe('ja');
    const twice = reduce(once, { kind: 'chose', id: 'b', key: 's1', payload: 'nee' });
    expect(chosenFrom(twice, 's1')).toBe('nee');
    expect(texts(twice)).toEqual(['bericht 1', 'ja', 'nee']);
  });

  it('say one thing on a double click', () => {
    const twice = [1, 2].reduce((state, at) => reduce(state, { kind: 'chose', id: `a${at}`, key: 's1', payload: 'ja' }), asked);
    expect(texts(twice)).toEqual(['bericht 1', 'ja']);
  });

  it('say nothing again while nobody answered, also when the server already has it', () => {
    const once = reduce(reduce(asked, { kind: 'chose', id: 'a', key: 's1', payload: 'ja' }), { kind: 'accepted', id: 'a', seq: 2 });
    expect(texts(reduce(once, { kind: 'chose', id: 'b', key: 's1', payload: 'ja' }))).toEqual(['bericht 1', 'ja']);
  });

  it('show in another tab what was chosen from an older message', () => {
    const later = reduce(asked, page([stored(2, { speaker: 'you', text: 'hm' }), stored(3), stored(4, { speaker: 'you', text: 'nee', replyTo: 1 })]));
    expect(chosenFrom(later, 's1')).toBe('nee');
  });

  it('are read from the conversation after a reload', () => {
    const later = reduce(asked, page([stored(2, { speaker: 'you', text: 'nee', clientId: 'x' }), stored(3)]));
    expect(chosenFrom(later, 's1')).toBe('nee');
    expect(chosenFrom(reduce(asked, received(stored(2, { speaker: 'you', text: 'iets anders' }))), 's1')).toBeNull();
    expect(chosenFrom(later, 'bestaat niet')).toBeNull();
  });
});

describe('what the page says of the moment', () => {
  it('someone is writing from the moment a message is accepted until an answer comes', () => {
    const sent = after({ kind: 'wrote', id: 'a', text: 'hoi' }, { kind: 'connection', connection: 'online' }, { kind: 'accepted', id: 'a', seq: null });
    expect(sent.typing).toBe(true);
    const echoed = reduce(sent, received(stored(1, { speaker: 'you', clientId: 'a' })));
    expect(echoed.typing).toBe(true);
    expect(reduce(echoed, received(stored(2))).typing).toBe(false);
  });

  it('nobody is writing when the answer overtook the word that the message was accepted', () => {
    const state = after({ kind: 'wrote', id: 'a', text: 'hoi' }, page([stored(1, { speaker: 'you', clientId: 'a' }), stored(2)]), { kind: 'accepted', id: 'a', seq: null });
    expect(state.typing).toBe(false);
  });

  it('nobody is writing while offline', () => {
    const state = after({ kind: 'typing', typing: true }, { kind: 'connection', connection: 'offline' });
    expect(state).toMatchObject({ typing: false, connection: 'offline' });
  });

  it('an erased conversation leaves nothing', () => {
    const state = after(received(stored(1, choices)), received(stored(3)), { kind: 'chose', id: 'a', key: 's1', payload: 'ja' }, { kind: 'erased' });
    expect(state).toEqual({ ...EMPTY, loaded: true });
  });
});
