import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { EMPTY, chosenFrom, hasGap, nextToSend, reduce, unsent, type Change, type State, type Stored } from '../src/kern/state';

const after = (...changes: Change[]): State => changes.reduce(reduce, EMPTY);
const stored = (seq: number, more: Partial<Stored> = {}): Stored => ({
  seq,
  speaker: 'bot',
  text: `bericht ${seq}`,
  buttons: [],
  card: null,
  clientId: null,
  ...more,
});
const received = (...messages: Stored[]): Change => ({ kind: 'received', messages });
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
    const refused = reduce(two, { kind: 'refused', id: 'a' });
    expect(nextToSend(refused)?.key).toBe('b');
    expect(nextToSend(reduce(refused, { kind: 'again', id: 'a' }))?.key).toBe('a');
  });

  it('is kept for after a reload until the server has it', () => {
    const two = after({ kind: 'wrote', id: 'a', text: 'een' }, { kind: 'wrote', id: 'b', text: 'twee' }, { kind: 'accepted', id: 'a' });
    expect(unsent(two)).toEqual([{ id: 'b', text: 'twee' }]);
  });

  it('becomes one with what the server stored, and keeps its key', () => {
    const state = after({ kind: 'wrote', id: 'a', text: 'een' }, received(stored(1, { speaker: 'you', text: 'een', clientId: 'a' })));
    expect(state.messages).toMatchObject([{ key: 'a', seq: 1, status: 'sent' }]);
  });

  it('does not turn failed when the server already stored it', () => {
    const state = after({ kind: 'wrote', id: 'a', text: 'een' }, received(stored(1, { speaker: 'you', clientId: 'a' })), { kind: 'refused', id: 'a' });
    expect(state.messages[0]?.status).toBe('sent');
  });
});

describe('what arrives', () => {
  it('is shown once, however often it comes', () => {
    expect(texts(after(received(stored(1)), received(stored(1), stored(2)), received(stored(2))))).toEqual(['bericht 1', 'bericht 2']);
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
          state = reduce(state, received(...piece.map((seq) => stored(seq))));
          expect(state.messages.map((message) => message.seq)).toEqual(numbers.slice(0, state.lastSeq));
        }
        state = reduce(state, received(...numbers.filter((seq) => seq > state.lastSeq).map((seq) => stored(seq))));
        expect(state.messages.map((message) => message.seq)).toEqual(numbers);
        expect(state.held).toEqual([]);
      }),
    );
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

  it('are read from the conversation after a reload', () => {
    const later = reduce(asked, received(stored(2, { speaker: 'you', text: 'nee', clientId: 'x' }), stored(3)));
    expect(chosenFrom(later, 's1')).toBe('nee');
    expect(chosenFrom(reduce(asked, received(stored(2, { speaker: 'you', text: 'iets anders' }))), 's1')).toBeNull();
    expect(chosenFrom(later, 'bestaat niet')).toBeNull();
  });
});

describe('what the page says of the moment', () => {
  it('someone is writing from the moment a message is accepted until an answer comes', () => {
    const sent = after({ kind: 'wrote', id: 'a', text: 'hoi' }, { kind: 'connection', connection: 'online' }, { kind: 'accepted', id: 'a' });
    expect(sent.typing).toBe(true);
    const echoed = reduce(sent, received(stored(1, { speaker: 'you', clientId: 'a' })));
    expect(echoed.typing).toBe(true);
    expect(reduce(echoed, received(stored(2))).typing).toBe(false);
  });

  it('nobody is writing when the answer overtook the word that the message was accepted', () => {
    const state = after({ kind: 'wrote', id: 'a', text: 'hoi' }, received(stored(1, { speaker: 'you', clientId: 'a' }), stored(2)), { kind: 'accepted', id: 'a' });
    expect(state.typing).toBe(false);
  });

  it('nobody is writing while offline', () => {
    const state = after({ kind: 'typing', typing: true }, { kind: 'connection', connection: 'offline' });
    expect(state).toMatchObject({ typing: false, connection: 'offline' });
  });

  it('an erased conversation leaves nothing', () => {
    const state = after(received(stored(1, choices), stored(3)), { kind: 'chose', id: 'a', key: 's1', payload: 'ja' }, { kind: 'erased' });
    expect(state).toEqual({ ...EMPTY, loaded: true });
  });
});
