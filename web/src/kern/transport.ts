/** What the conversation needs of a server, so that tests can be the server. */

import type { Page, Stored, Unsent } from './state';

/** What the stream tells. */
export interface StreamListener {
  readonly opened: () => void;
  readonly message: (message: Stored) => void;
  readonly typing: (typing: boolean) => void;
  /** The conversation was erased, perhaps in another tab. */
  readonly erased: () => void;
  /** The stream ended or never began. */
  readonly closed: () => void;
}

/** What became of a message. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly seq: number | null }
  /** The server will never take it; it says why. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** Not now, but the server is there: try again after so many milliseconds. */
  | { readonly kind: 'later'; readonly wait: number; readonly trouble: string };

/** The server was not reached, or cannot do its work now. */
export class Trouble extends Error {
  /**
   * @param kind What is the matter, in the server's own kind words; empty when it said nothing.
   * @param wait Milliseconds after which it may be asked again; 0 when it did not say.
   */
  constructor(
    readonly kind = '',
    readonly wait = 0,
  ) {
    super('the server was not reached or cannot help now');
  }
}

/** The conversation is gone at the server: ask for the page again, which begins another. */
export class Gone extends Trouble {}

export interface Transport {
  /** Hand over one message. Rejects with Trouble when the server was not reached. */
  send(message: Unsent): Promise<Outcome>;
  /** Everything stored after a number; begins a conversation when there is none. Rejects with Trouble. */
  page(after: number): Promise<Page>;
  /** Listen for what is stored after a number; the function it gives back stops listening. */
  listen(after: number, listener: StreamListener): () => void;
  /** Erase the conversation. Rejects with Trouble when the server was not reached. */
  erase(): Promise<void>;
}
