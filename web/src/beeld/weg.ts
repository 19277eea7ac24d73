/** Leave this page quickly: the screen is empty at once, and "back" does not lead here. */

import { webLink } from '../kern/links';
import helplines from '../gemaakt/helplines.json';

/** Where the page goes. `chosen` is what the host page asks for; only a web address counts. */
export function bestemming(chosen: string | null): string {
  return (chosen && webLink(chosen)) || helplines.leaveTo;
}

/** Nothing here waits for anything: someone may be looking. */
export function verlaat(href: string, go: (href: string) => void = (to) => location.replace(to)): void {
  document.title = '';
  document.body.replaceChildren();
  go(href);
}
