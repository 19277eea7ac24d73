/** What the keyboard does around the window: Escape closes, and Tab does not get lost behind it. */

const TABBABLE = 'button, a[href], textarea, input, [tabindex="0"]';

/** Where Tab goes when the window covers the page: from the last to the first and back. Null: where the browser thinks. */
export function rondje(venster: HTMLElement, active: Element | null, back: boolean): HTMLElement | null {
  const covers = venster.getBoundingClientRect().width >= document.documentElement.clientWidth;
  if (!covers || !active) return null;
  const all = [...venster.querySelectorAll<HTMLElement>(TABBABLE)].filter((one) => one.getClientRects().length > 0);
  const [first, last] = [all[0], all[all.length - 1]];
  if (!back) return active === last ? (first ?? null) : null;
  const before = first && active !== first && !(active.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before ? null : (last ?? null);
}
