/** The server over HTTP: POST messages, GET history, an event stream that goes on where it stopped, DELETE session. */

import { eventReader, type ServerEvent } from './sse';
import type { StreamListener, Transport } from './transport';
import { readHistory, readStored } from './wire';

/** A stream that is silent this long, in milliseconds, is taken for dead: a sleeping phone is never told. */
const SILENCE = 60_000;
/** Answers that say "not now" where others of the 400s say "never". */
const NOT_NOW: readonly number[] = [401, 403, 408, 409, 425, 429];

/** `server` is where the endpoints live, without a slash at the end; empty for the page's own server. */
export function httpTransport(server: string): Transport {
  const credentials: RequestCredentials = server ? 'include' : 'same-origin';
  const ask = async (path: string, options: RequestInit = {}): Promise<Response> =>
    fetch(`${server}/web/${path}`, { credentials, cache: 'no-store', ...options });

  return {
    async send(id, text) {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await ask('messages', { method: 'POST', headers, body: JSON.stringify({ id, text }) });
      if (answer.ok) return 'accepted';
      if (answer.status >= 500 || NOT_NOW.includes(answer.status)) throw new Error(`HTTP ${answer.status}`);
      return 'refused';
    },
    async history(after) {
      const answer = await ask(`history?after=${after}`);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return readHistory(await answer.json());
    },
    listen(after, listener) {
      const stop = new AbortController();
      const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(after) };
      void follow(() => ask('events', { headers, signal: stop.signal }), listener, stop);
      return () => stop.abort('no longer needed');
    },
    async erase() {
      const answer = await ask('session', { method: 'DELETE', keepalive: true });
      if (!answer.ok && answer.status !== 404) throw new Error(`HTTP ${answer.status}`);
    },
  };
}

/** Read a stream until it ends, and say so once; not when it was we who stopped. */
async function follow(open: () => Promise<Response>, listener: StreamListener, stop: AbortController): Promise<void> {
  let watch: ReturnType<typeof setTimeout> | undefined;
  let dead = false;
  const alive = (): void => {
    clearTimeout(watch);
    watch = setTimeout(() => {
      dead = true;
      stop.abort('silent');
    }, SILENCE);
  };
  try {
    alive();
    const answer = await open();
    if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
    listener.opened();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const read = eventReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      alive();
      for (const event of read(piece.value)) if (!stop.signal.aborted) tell(event, listener);
    }
  } catch {
    // Whatever broke, the answer is the same: connect again and catch up.
  }
  clearTimeout(watch);
  if (dead || !stop.signal.aborted) listener.closed();
}

function tell(event: ServerEvent, listener: StreamListener): void {
  if (event.type === 'erased') return listener.erased();
  const data = parsed(event.data);
  if (event.type === 'typing') return listener.typing(data === true);
  const message = readStored(data);
  if (message) listener.message(message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
