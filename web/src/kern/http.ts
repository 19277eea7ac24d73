/** The server over HTTP (docs/web.md): POST session and messages, GET history, an event stream that goes on where it stopped. */

import { eventReader, type ServerEvent } from './sse';
import { Gone, Trouble, type Outcome, type StreamListener, type Transport } from './transport';
import { readError, readPage, readSeq, readStored, readTyping } from './wire';

/** A stream that is silent this long, in milliseconds, is taken for dead: a sleeping phone is never told. */
const SILENCE = 45_000;
/** An answer that takes longer than this, in milliseconds, is not coming. */
const PATIENCE = 20_000;
/** How long to wait, in milliseconds, when the server says "too fast" but not for how long. */
const TOO_FAST = 5_000;
/** Answers of the 400s that say "this message, never". */
const NEVER: readonly number[] = [400, 413];

/**
 * @param server Where the endpoints live, without a slash at the end; empty for the page's own server.
 * @param address How the person wants to be addressed; asked again for each message.
 */
export function httpTransport(server: string, address: () => string): Transport {
  const credentials: RequestCredentials = server ? 'include' : 'same-origin';
  const ask = (path: string, options: RequestInit = {}): Promise<Response> =>
    fetch(`${server}/web/${path}`, { credentials, cache: 'no-store', ...options });
  const post = (path: string, body: unknown): Promise<Response> =>
    inTime((signal) => ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal }));
  let began = false;

  return {
    async send({ id, text, replyTo }) {
      const answer = await post('messages', { id, text, address: address(), ...(replyTo === null ? {} : { reply_to: replyTo }) });
      return outcome(answer);
    },
    async page(after) {
      let answer = began ? await inTime((signal) => ask(`history?after=${after}`, { signal })) : await post('session', {});
      if (began && answer.status === 401) answer = await post('session', {});
      if (!answer.ok) throw await trouble(answer);
      const page = readPage(await answer.json());
      if (!page) throw new Trouble();
      began = true;
      return page;
    },
    listen(after, listener) {
      const stop = new AbortController();
      const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(after) };
      void follow(() => ask(`events?after=${after}`, { headers, signal: stop.signal }), listener, stop);
      return () => stop.abort('no longer needed');
    },
    async erase() {
      const answer = await inTime((signal) => ask('session', { method: 'DELETE', keepalive: true, signal }));
      if (!answer.ok && answer.status !== 401) throw await trouble(answer);
      began = false;
    },
  };
}

/** Ask, but not for ever. Whatever breaks on the way is Trouble. */
async function inTime(question: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort('no answer'), PATIENCE);
  try {
    return await question(stop.signal);
  } catch {
    throw new Trouble();
  } finally {
    clearTimeout(timer);
  }
}

async function outcome(answer: Response): Promise<Outcome> {
  if (answer.ok) return { kind: 'accepted', seq: readSeq(await body(answer)) };
  if (answer.status === 401) throw new Gone();
  const { kind, wait } = await trouble(answer);
  if (answer.status === 429) return { kind: 'later', wait: wait || TOO_FAST, trouble: kind };
  if (NEVER.includes(answer.status)) return { kind: 'refused', problem: kind };
  throw new Trouble(kind, wait);
}

async function trouble(answer: Response): Promise<Trouble> {
  const seconds = Number(answer.headers.get('Retry-After') ?? '');
  return new Trouble(readError(await body(answer)), Number.isFinite(seconds) ? seconds * 1000 : 0);
}

async function body(answer: Response): Promise<unknown> {
  return parsed(await answer.text().catch(() => ''));
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
  if (event.type === 'ended') return listener.erased();
  const data = parsed(event.data);
  if (event.type === 'typing') return listener.typing(readTyping(data));
  const message = event.type === 'message' ? readStored(data) : null;
  if (message) listener.message(message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
