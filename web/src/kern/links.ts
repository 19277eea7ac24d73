/** Which pieces of a text can be tapped: web addresses, and the phone numbers of the catalogue. */

export interface Piece {
  readonly text: string;
  readonly href: string | null;
}

/** A `tel:` link of a number as people write it. */
export function telLink(phone: string): string {
  return `tel:${phone.replace(/[^\d+]/g, '')}`;
}

/** Only addresses that a browser opens as a page; anything else is no link. */
export function webLink(url: string): string | null {
  return /^https?:\/\/[^\s"<>]+$/i.test(url) ? url : null;
}

/** A function that cuts a text in pieces; `numbers` are the only digits that become a phone link. */
export function linker(numbers: readonly string[]): (text: string) => Piece[] {
  const longestFirst = [...numbers].sort((a, b) => b.length - a.length).map(escaped);
  const phone = longestFirst.length > 0 ? `(?:${longestFirst.join('|')})(?![\\p{L}\\d]|[.,-]\\d)` : '(?!)';
  const pattern = new RegExp(`https?://[^\\s<>"]*[^\\s<>".,;:!?)]|${phone}`, 'gu');
  return (text) => {
    const pieces: Piece[] = [];
    let from = 0;
    for (const found of text.matchAll(pattern)) {
      if (!found[0].startsWith('http') && insideSomething(text.slice(0, found.index))) continue;
      if (found.index > from) pieces.push({ text: text.slice(from, found.index), href: null });
      pieces.push({ text: found[0], href: webLink(found[0]) ?? telLink(found[0]) });
      from = found.index + found[0].length;
    }
    if (from < text.length) pieces.push({ text: text.slice(from), href: null });
    return pieces;
  };
}

/** A number inside a longer number, an amount or a word is not a phone number. (Look-behind breaks older phones.) */
function insideSomething(before: string): boolean {
  return /([\p{L}\d€]|\d[.,-]|€ )$/u.test(before);
}

function escaped(number: string): string {
  return number.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
