/** The one place where the route map and the sheet to keep come in (web/src/kaart). */

import type { Card } from '../kern/state';
import type { Teksten } from '../teksten.nl';

/** What a card to keep also shows: the route, and buttons to print it and to save it on the device. */
export function bewaren(_card: Card, _woorden: Teksten): HTMLElement | null {
  return null;
}
