import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { aroundCard } from '../src/kern/overlap';
import type { Card } from '../src/kern/state';

const card: Card = { type: 'suggestie', name: 'Soep', what: 'Eten met buren.', why: 'het kost niets', phone: '030-123', source: null };

describe('a message with a card', () => {
  it('does not say what the card says, and keeps all the rest', () => {
    const text = 'Dit zou kunnen passen: Soep.\nEten met buren.\nDit past, want het kost niets.\n\nBel 030-123\nNeem je ov-kaart mee.\nBel 030-123 na 12 uur.';
    expect(aroundCard(text, card)).toEqual({ before: 'Dit zou kunnen passen: Soep.', after: 'Neem je ov-kaart mee.\nBel 030-123 na 12 uur.' });
  });

  it('loses no line that the card has nothing of', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,20}$/)), (lines) => {
        const own = lines.map((line) => `x${line}`);
        const { before, after } = aroundCard(['kop', ...own].join('\n'), card);
        expect([before, ...after.split('\n').filter(Boolean)]).toEqual(['kop', ...own]);
      }),
    );
  });
});
