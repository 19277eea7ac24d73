// @vitest-environment jsdom
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import welkom from '../src/gemaakt/welkom.json';
import helplines from '../src/gemaakt/helplines.json';
import { WegwijzerChat } from '../src/beeld/element';
import { TEKSTEN } from '../src/teksten.nl';

vi.mock('virtual:stijl', () => ({ default: '' }));

/** A server as in docs/web.md, as far as a page sees it. */
class Server {
  asked: { method: string; path: string; body: Record<string, unknown> }[] = [];
  stored: Record<string, unknown>[] = [];
  reachable = true;
  private line: ReadableStreamDefaultController<Uint8Array> | null = null;

  fetch = async (input: RequestInfo | URL, options: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input), 'http://localhost');
    const body = typeof options.body === 'string' ? (JSON.parse(options.body) as Record<string, unknown>) : {};
    this.asked.push({ method: options.method ?? 'GET', path: url.pathname, body });
    if (!this.reachable) throw new TypeError('no network');
    if (url.pathname === '/web/events') return this.open(options.signal ?? null);
    if (options.method === 'DELETE') return new Response(null, { status: 204 });
    if (url.pathname === '/web/messages') return this.take(body);
    const after = Number(url.searchParams.get('after') ?? 0);
    return Response.json({ conversation: 'c', last_seq: this.stored.length, waiting: false, messages: this.stored.filter((one) => Number(one['seq']) > after) });
  };

  put(message: Record<string, unknown>): void {
    const whole = { seq: this.stored.length + 1, who: 'bot', ...message };
    this.stored.push(whole);
    this.tell('message', whole);
  }

  tell(event: string, data: unknown): void {
    this.line?.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  }

  cut(): void {
    this.line?.close();
    this.line = null;
  }

  private open(signal: AbortSignal | null): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (line) => {
        this.line = line;
        signal?.addEventListener('abort', () => {
          if (this.line === line) this.line = null;
        });
      },
    });
    return new Response(body);
  }

  private take(body: Record<string, unknown>): Response {
    if (body['text'] === 'te lang') return Response.json({ error: { code: 'too_long', text: 'Dat is te veel tekst.' } }, { status: 413 });
    this.put({ who: 'you', id: body['id'], text: body['text'], ...(body['reply_to'] ? { reply_to: body['reply_to'] } : {}) });
    return Response.json({ id: body['id'], seq: this.stored.length }, { status: 202 });
  }
}

let server: Server;
let chat: WegwijzerChat;
const later = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const root = (): ShadowRoot => chat.shadowRoot as ShadowRoot;
const find = <T extends HTMLElement = HTMLElement>(selector: string): T => {
  const found = root().querySelector<T>(selector);
  if (!found) throw new Error(`not there: ${selector}`);
  return found;
};
const named = (name: string): HTMLElement => {
  const found = [...root().querySelectorAll<HTMLElement>('button, a')].find((one) => (one.getAttribute('aria-label') ?? one.textContent ?? '').includes(name));
  if (!found) throw new Error(`no button or link ${name}`);
  return found;
};
const items = (): string[] => [...root().querySelectorAll('.bericht')].map((one) => one.textContent ?? '');
const said = (): unknown[] => server.asked.filter((one) => one.path === '/web/messages').map((one) => one.body['text']);

async function put(attributes: Record<string, string> = {}): Promise<void> {
  chat = document.createElement('wegwijzer-chat') as WegwijzerChat;
  for (const [name, value] of Object.entries(attributes)) chat.setAttribute(name, value);
  document.body.replaceChildren(chat);
  await later(0);
}

async function open(): Promise<void> {
  await put();
  named(TEKSTEN.je.start).click();
  await later(1000);
}

async function write(text: string): Promise<void> {
  find<HTMLTextAreaElement>('textarea').value = text;
  find('textarea').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  await later(10);
}

if (!customElements.get('wegwijzer-chat')) customElements.define('wegwijzer-chat', WegwijzerChat);

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  server = new Server();
  vi.stubGlobal('fetch', server.fetch);
  // jsdom has no dialogs; what a browser does with one is tried in a browser.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('opening', () => {
  it('asks nothing of the server before the person opens the chat', async () => {
    await put();
    await later(5000);
    expect(server.asked).toEqual([]);
    named(TEKSTEN.je.start).click();
    await later(10);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /web/session', 'GET /web/events']);
  });

  it('begins with the welcome of domain.yml and its choices, and the focus on the heading', async () => {
    await open();
    expect(items()).toHaveLength(1);
    expect(items()[0]).toContain(welkom.je.text.split('\n')[0]);
    for (const { title } of welkom.je.buttons) expect(named(title)).toBeTruthy();
    expect(root().activeElement).toBe(find('.titel'));
  });

  it('is open again after a reload in the same tab, without taking the focus', async () => {
    await open();
    await put();
    await later(10);
    expect(find('.venster')).toBeTruthy();
    expect(root().activeElement).toBeNull();
    named(TEKSTEN.je.sluit).click();
    await put();
    expect(root().querySelector('.venster')).toBeNull();
  });
});

describe('what a screen reader hears', () => {
  it('is not the history, and from then on each new message once with who speaks', async () => {
    server.stored = [{ seq: 1, who: 'you', id: 'x', text: 'hoi' }, { seq: 2, who: 'bot', text: 'Dag!' }];
    await put({ inline: '' });
    await later(0);
    const log = find('[role=log]');
    expect(log.getAttribute('aria-live')).toBe('off');
    expect(items()).toHaveLength(3);
    await later(1000);
    expect(log.getAttribute('aria-live')).toBe('polite');
    const added: Node[] = [];
    new MutationObserver((changes) => added.push(...changes.flatMap((change) => [...change.addedNodes]))).observe(find('.berichten'), { childList: true });
    server.put({ text: 'Hoe gaat het?' });
    await later(10);
    expect(added).toHaveLength(1);
    expect(added[0]?.textContent).toBe('Wegwijzer (computer):Hoe gaat het?');
  });

  it('is not a message again when its status changes or another comes', async () => {
    await open();
    await write('een');
    const first = find('.bericht--you');
    server.put({ text: 'twee' });
    server.put({ who: 'colleague', text: 'drie' });
    await later(10);
    expect(find('.bericht--you')).toBe(first);
    expect(items().map((one) => one.split(':')[0])).toEqual(['Wegwijzer (computer)', 'Jij', 'Wegwijzer (computer)', 'Medewerker (mens)']);
  });

  it('is that someone writes, once, and only when it takes a while', async () => {
    await open();
    server.tell('typing', { typing: true });
    await later(300);
    expect(find('.typt').textContent).toBe('');
    await later(600);
    expect(find('.typt').textContent).toBe(TEKSTEN.je.typt);
    server.put({ text: 'klaar' });
    await later(10);
    expect(find('.typt').textContent).toBe('');
  });
});

describe('talking', () => {
  it('sends once on a double click and shows what was chosen; the choices stay usable', async () => {
    await open();
    server.put({ text: 'Klopt dat?', buttons: [{ title: 'Ja', payload: 'Ja' }, { title: 'Nee', payload: 'Nee' }] });
    await later(10);
    const yes = named('Ja');
    yes.dispatchEvent(new MouseEvent('click', { detail: 1, bubbles: true }));
    yes.dispatchEvent(new MouseEvent('click', { detail: 2, bubbles: true }));
    await later(10);
    expect(said()).toEqual(['Ja']);
    expect(server.asked.find((one) => one.path === '/web/messages')?.body).toMatchObject({ reply_to: 1, address: 'je' });
    expect(yes.getAttribute('aria-pressed')).toBe('true');
    server.put({ text: 'Goed.' });
    await later(10);
    named('Nee').click();
    await later(10);
    expect(said()).toEqual(['Ja', 'Nee']);
    expect(yes.getAttribute('aria-pressed')).toBe('false');
  });

  it('shows why a message was refused, in the words of the server, and can try again', async () => {
    await open();
    await write('te lang');
    expect(find('.mislukt').textContent).toContain('Dat is te veel tekst.');
    named(TEKSTEN.je.opnieuw).click();
    await later(10);
    expect(said()).toEqual(['te lang', 'te lang']);
  });

  it('never makes HTML of what someone wrote', async () => {
    await open();
    await write('<img src=x onerror=alert(1)>');
    server.put({ text: '<b>hoi</b>', buttons: [{ title: '<i>x</i>', payload: 'x' }] });
    await later(10);
    expect(root().querySelector('.berichten img, .berichten b, .berichten i')).toBeNull();
    expect(items()[1]).toContain('<img src=x onerror=alert(1)>');
  });

  it('asks for a human with one tap', async () => {
    await open();
    named(TEKSTEN.je.mens).click();
    await later(10);
    expect(said()).toEqual([TEKSTEN.je.mensBericht]);
  });
});

describe('a suggestion', () => {
  const card = { type: 'suggestie', naam: 'Soep', wat: 'Eten met buren.', waarom: 'het kost niets', telefoon: '030-123', url: 'javascript:alert(1)', adres: 'Dorpsstraat 1', open: 'Nu open.' };

  it('is a card with every way to get there; only real links, and nothing tells where the person came from', async () => {
    await open();
    server.put({ text: 'Dit past: Soep.\nEten met buren.\nBel 030-123\nLet op: bel eerst 112 keer.', card });
    await later(10);
    expect(named('Bel 030-123').getAttribute('href')).toBe('tel:030123');
    const route = named(TEKSTEN.je.kaart.route);
    expect(route.getAttribute('href')).toBe('https://www.openstreetmap.org/search?query=Dorpsstraat%201');
    expect(route.getAttribute('rel')).toBe('noopener noreferrer');
    expect([...root().querySelectorAll('a')].some((one) => one.href.startsWith('javascript'))).toBe(false);
    const text = items()[0] ?? '';
    expect(text.split('Eten met buren.')).toHaveLength(2);
    expect(text).toContain('Let op: bel eerst 112 keer.');
  });

  it('to keep comes with the route map and buttons to print and save', async () => {
    await open();
    server.put({ text: 'Schrijf dit op:', card: { ...card, type: 'bewaar', haltes: [{ id: 'geld', label: 'Geld' }] } });
    await later(10);
    expect(find('.route svg')).toBeTruthy();
    for (const name of [TEKSTEN.je.kaart.print, TEKSTEN.je.kaart.plaatje, TEKSTEN.je.kaart.pdf]) expect(named(name)).toBeTruthy();
  });
});

describe('help', () => {
  it('is one tap away, with every number for danger as a link', async () => {
    await open();
    expect(find('#hulp').hidden).toBe(true);
    named(TEKSTEN.je.hulp).click();
    expect(find('#hulp').hidden).toBe(false);
    for (const { phone } of helplines.crisis) expect(find('#hulp').querySelector(`a[href="tel:${phone.replace(/\D/g, '')}"]`)).toBeTruthy();
  });

  it('stays in view after a message about danger until it is closed, and does not come back for the same message', async () => {
    await open();
    server.put({ text: 'Wat je schrijft, neem ik serieus. Bel 113.' });
    await later(10);
    expect(find('#hulp').hidden).toBe(false);
    expect(named('113')).toBeTruthy();
    server.put({ text: 'We gaan rustig verder.' });
    await later(10);
    expect(find('#hulp').hidden).toBe(false);
    named(TEKSTEN.je.hulpSluit).click();
    await put();
    await later(10);
    expect(find('#hulp').hidden).toBe(true);
  });
});

describe('without a connection', () => {
  it('says so with the numbers in view, keeps what was written over a reload and sends it later', async () => {
    await open();
    server.reachable = false;
    server.cut();
    await later(1500);
    expect(find('.offline').hidden).toBe(false);
    expect(find('.offline').querySelectorAll('a[href^="tel:"]').length).toBeGreaterThan(helplines.crisis.length);
    await write('ben je er nog');
    expect(find('.bericht--you').textContent).toContain(TEKSTEN.je.onderweg);
    await put();
    await later(10);
    server.reachable = true;
    await later(10_000);
    expect(said()).toEqual(['ben je er nog']);
    expect(find('.offline').hidden).toBe(true);
  });
});

describe('stopping', () => {
  it('asks first, and then nothing is left here or at the server', async () => {
    await open();
    await write('geheim');
    named(TEKSTEN.je.wis).click();
    named(TEKSTEN.je.wisNee).click();
    await later(10);
    expect(items().join()).toContain('geheim');
    named(TEKSTEN.je.wis).click();
    named(TEKSTEN.je.wisJa).click();
    await later(10);
    expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/web/session' });
    expect(root().textContent).not.toContain('geheim');
    expect(root().textContent).toContain(TEKSTEN.je.gewist);
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('geheim');
  });

  it('says so when wiping does not work', async () => {
    await open();
    await write('geheim');
    server.reachable = false;
    named(TEKSTEN.je.wis).click();
    named(TEKSTEN.je.wisJa).click();
    await later(10);
    expect(root().textContent).toContain(TEKSTEN.je.wisMislukt);
    expect(items().join()).toContain('geheim');
  });
});

describe('the choices of how to read', () => {
  it('u changes every word of the window and what the server is told, and keeps what was being written', async () => {
    await open();
    find<HTMLTextAreaElement>('textarea').value = 'nog niet klaar';
    find<HTMLInputElement>('input[value=u]').click();
    await later(10);
    expect(find('label[for=bericht]').textContent).toBe(TEKSTEN.u.invoer);
    expect(find<HTMLTextAreaElement>('textarea').value).toBe('nog niet klaar');
    expect(root().activeElement).toBe(find('input[value=u]'));
    await write('dag');
    expect(server.asked.at(-1)?.body['address']).toBe('u');
  });

  it('larger letters change the window at once and stay after a reload', async () => {
    await open();
    find<HTMLInputElement>('input[value=grootst]').click();
    expect(find('.venster').className).toContain('maat-grootst');
    await put();
    expect(find('.venster').className).toContain('maat-grootst');
  });

  it('reading aloud is offered only where there is a Dutch voice', async () => {
    await open();
    server.put({ text: 'Hoi' });
    await later(10);
    expect(root().textContent).not.toContain(TEKSTEN.je.leesVoor);
    const spoken: { text: string; onend: (() => void) | null }[] = [];
    vi.stubGlobal('SpeechSynthesisUtterance', class { onend = null; constructor(readonly text: string) {} });
    vi.stubGlobal('speechSynthesis', { getVoices: () => [{ lang: 'nl-NL', localService: true }], speak: (one: (typeof spoken)[number]) => spoken.push(one), cancel: () => undefined, addEventListener: () => undefined });
    await put();
    await later(10);
    const knop = [...root().querySelectorAll<HTMLElement>('.bij button')].at(-1);
    knop?.click();
    expect(spoken[0]?.text).toContain('Hoi');
    expect(knop?.textContent).toBe(TEKSTEN.je.stopLezen);
    spoken[0]?.onend?.();
    expect(knop?.textContent).toBe(TEKSTEN.je.leesVoor);
    expect(find('.bij').getAttribute('aria-live')).toBe('off');
  });
});

describe('rules', () => {
  it('axe finds nothing in any state, as far as a page without layout can tell', async () => {
    await open();
    server.put({ text: 'Bel 113.', buttons: [{ title: 'Ja', payload: 'Ja' }], card: { type: 'suggestie', naam: 'Soep', telefoon: '030-123' } });
    await later(10);
    find('#menu').hidden = false;
    vi.useRealTimers();
    const { violations } = await axe.run(chat, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
    expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join()}`)).toEqual([]);
  });

  it('no element gets an inline style', async () => {
    await open();
    server.put({ text: 'Bel 113.', card: { type: 'bewaar', naam: 'Soep', haltes: [{ id: 'geld', label: 'Geld' }] } });
    await later(10);
    expect(root().querySelectorAll('[style], style').length).toBe(0);
  });

  it('the u-form says je nowhere, but where it names it', () => {
    const { vorm, vormen, ...rest } = TEKSTEN.u;
    expect(vorm + vormen.je).toContain('je');
    expect(JSON.stringify(rest)).not.toMatch(/\b(je|jij|jou|jouw)\b/i);
  });
});
