import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { linker, telLink, webLink } from '../src/kern/links';
import { eventReader } from '../src/kern/sse';
import { readError, readPage, readStored, readTyping } from '../src/kern/wire';

describe('server-sent events', () => {
  const text = ': hoi\r\nid: 4\nevent: message\ndata: {"a":\ndata: 1}\n\nid: 5\rdata: é\r\rdata\n\n';
  const events = [
    { id: '4', type: 'message', data: '{"a":\n1}' },
    { id: '5', type: 'message', data: 'é' },
    { id: '5', type: 'message', data: '' },
  ];

  it('are the same in whatever pieces they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (sizes) => {
        const read = eventReader();
        const found = [];
        let from = 0;
        for (const size of [...sizes, text.length]) {
          found.push(...read(text.slice(from, from + size)));
          from += size;
        }
        expect(found).toEqual(events);
      }),
    );
  });

  it('are not given before they are complete', () => {
    expect(eventReader()('data: half\n')).toEqual([]);
  });
});

describe('reading what the server sends', () => {
  it('takes a message with choices and a card', () => {
    const card = { type: 'suggestie', naam: 'Samen eten', wat: 'Eten met buren', telefoon: '', url: null };
    expect(readStored({ seq: 2, who: 'bot', text: 'Kijk', buttons: [{ title: 'Ja' }, 5], card, id: 'niet van mij' })).toEqual({
      seq: 2,
      speaker: 'bot',
      text: 'Kijk',
      buttons: [{ title: 'Ja', payload: 'Ja' }],
      card: { type: 'suggestie', name: 'Samen eten', what: 'Eten met buren', source: card },
      clientId: null,
      replyTo: null,
      clearedUpTo: null,
    });
  });

  it('leaves out a card it does not know, and keeps the text', () => {
    expect(readStored({ seq: 1, who: 'bot', text: 'Hoi', card: { type: 'film', naam: 'X' } })).toMatchObject({ text: 'Hoi', card: null });
  });

  it('takes a page, what was wiped, an error and who is writing', () => {
    const messages = [{ seq: 4, who: 'system', cleared_up_to: 3 }, { seq: 5, who: 'you', id: 'abc', text: 'hoi', reply_to: 2 }, 'x'];
    expect(readPage({ conversation: 'c', last_seq: 5, waiting: true, messages })).toMatchObject({
      conversation: 'c',
      lastSeq: 5,
      waiting: true,
      messages: [{ speaker: 'system', clearedUpTo: 3 }, { speaker: 'you', clientId: 'abc', replyTo: 2 }],
    });
    expect(readPage({ messages: [] })).toBeNull();
    expect(readError({ error: { code: 'too_long', text: 'Te lang.' } })).toBe('Te lang.');
    expect(readTyping({ typing: true })).toBe(true);
  });

  it('never throws, and never takes a number or speaker it does not know', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        const message = readStored(anything);
        expect(message === null || message.seq >= 1).toBe(true);
        readPage(anything);
        readTyping(anything);
        readError(anything);
      }),
    );
    expect(readStored({ seq: 0, who: 'bot' })).toBeNull();
    expect(readStored({ seq: 1, who: 'iemand' })).toBeNull();
  });
});

describe('links in a text', () => {
  const link = linker(['113', '0800-0113', '112', '088 0767 000']);
  const linked = (text: string): string[] => link(text).flatMap((piece) => piece.href ?? []);

  it('are the numbers of the catalogue and web addresses', () => {
    expect(linked('Bel 113 of 0800-0113. Of chat op https://www.113.nl. Gevaar? 112!')).toEqual([
      'tel:113',
      'tel:08000113',
      'https://www.113.nl',
      'tel:112',
    ]);
    expect(linked('Luisterlijn: 088 0767 000')).toEqual(['tel:0880767000']);
  });

  it('are no amounts, longer numbers or words', () => {
    for (const text of ['Het kost € 112', '€112,50', '1.113 mensen', '0031132', 'lijn112', '112.500']) expect(linked(text)).toEqual([]);
  });

  it('leave the text as it was', () => {
    fc.assert(fc.property(fc.string(), (text) => link(text).map((piece) => piece.text).join('') === text));
  });

  it('open pages only', () => {
    expect(webLink('javascript:alert(1)')).toBeNull();
    expect(telLink('+31 (0)30-286')).toBe('tel:+31030286');
  });
});
