/** What the conversation needs of a server, so that tests can be the server. */

import type { Stored } from './state';

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

export interface Transport {
  /** Hand over one message. `refused`: the server will never take it. Rejects when the server was not reached. */
  send(id: string, text: string): Promise<'accepted' | 'refused'>;
  /** Everything stored after a number. Rejects when the server was not reached. */
  history(after: number): Promise<readonly Stored[]>;
  /** Listen for what is stored after a number; the function it gives back stops listening. */
  listen(after: number, listener: StreamListener): () => void;
  /** Erase the conversation. Rejects when the server was not reached. */
  erase(): Promise<void>;
}
