// For who works on the window: serves the built page with the headers of the product, and answers a few words with texts of
// domain.yml and the catalogue, without Rasa. It keeps to docs/web.md, keeps everything in memory and forgets it when it stops.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { parse } from 'yaml';

const PORT = Number(process.env.PORT ?? 5173);
const ROOT = new URL('../../', import.meta.url);
const DIST = new URL('../dist/', import.meta.url);
const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

const read = (path) => parse(readFileSync(new URL(path, ROOT), 'utf8'));
const { responses } = read('domain.yml');
const haltes = Object.values(read('catalogue/haltes.yml')).flat();
const records = readdirSync(new URL('catalogue/initiatives/', ROOT)).flatMap((name) => Object.values(read(`catalogue/initiatives/${name}`)).flat());
const record = records.find((one) => one?.status === 'active' && one.contact?.phone && one.contact?.address && one.first_words) ?? records[0];
const { name: naam, summary: wat, first_step: hoe, first_words: zin, contact } = record;
const card = {
  type: 'suggestie', id: record.id, naam, wat, waarom: 'het bij je in de buurt is', hoe, zin,
  telefoon: contact.phone ?? '', email: contact.email ?? '', url: contact.url ?? '', adres: contact.address ?? '',
  haltes: (record.haltes ?? []).map((id) => ({ id, label: haltes.find((one) => one.id === id)?.label ?? id })),
};

/** A response of domain.yml as a message. */
function said(name, fill = {}, more = {}) {
  const { text, buttons } = responses[name][0];
  return { text: text.replace(/\{(\w+)\}/g, (_, key) => fill[key] ?? ''), ...(buttons ? { buttons } : {}), ...more };
}

const way = [contact.phone && `Bel ${contact.phone}`, contact.email && `Mail ${contact.email}`].filter(Boolean).join('\n');
const ANSWERS = [
  [/hallo|hoi/i, () => [said('utter_hallo')]],
  [/niet meer leven|zelfdoding/i, () => [said('utter_crisis_zelfdoding')]],
  [/bewaar/i, () => [said('utter_bewaar', { naam, contact: way }, { card: { ...card, type: 'bewaar' } })]],
  [/alleen|stap|anders/i, () => [said('utter_stap', { naam, wat, waarom: card.waarom, hoe, contact: way }, { card }), said('utter_stap_zin', { zin })]],
];
const answer = (text) => (ANSWERS.find(([pattern]) => pattern.test(text))?.[1] ?? (() => [said('utter_begin')]))();

let name = '', entries = [], last = 0, waiting = false;
const lines = new Set();
const tell = (line, event, data, id) => line.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
const page = (after) => ({ conversation: name, last_seq: last, waiting, messages: entries.filter((one) => one.seq > after) });

function push(who, body) {
  const entry = { seq: (last += 1), who, ...body };
  entries.push(entry);
  for (const line of lines) tell(line, 'message', entry, entry.seq);
  return entry.seq;
}

function busy(now) {
  waiting = now;
  for (const line of lines) tell(line, 'typing', { typing: now });
}

function reply(text, seq) {
  busy(true);
  setTimeout(() => {
    busy(false);
    if (/wis mijn gesprek/i.test(text)) {
      entries = [];
      push('system', { cleared_up_to: seq });
      push('bot', said('utter_gewist'));
    } else for (const body of answer(text)) push('bot', body);
  }, 900);
}

async function talk(request, answer, path, query) {
  const json = (status, body) => answer.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body));
  let raw = '';
  for await (const piece of request) raw += piece;
  const body = raw ? JSON.parse(raw) : {};
  const mine = name && request.headers.cookie?.includes(name);
  if (path === 'session' && request.method === 'POST') {
    if (!mine) [name, entries, last] = [randomBytes(8).toString('hex'), [], 0];
    answer.setHeader('Set-Cookie', `wegwijzer_proef=${name}; HttpOnly; SameSite=Strict; Path=/web`);
    return json(200, page(0));
  }
  if (!mine) return json(401, { error: { code: 'no_session', text: '' } });
  if (path === 'session') {
    for (const line of lines) tell(line, 'ended', {});
    name = '';
    return answer.writeHead(204).end();
  }
  if (path === 'history') return json(200, page(Number(query.get('after') ?? 0)));
  if (path === 'messages') {
    const known = entries.find((one) => one.id === body.id);
    if (known) return json(200, { id: body.id, seq: known.seq });
    const seq = push('you', { id: body.id, text: body.text, ...(body.reply_to ? { reply_to: body.reply_to } : {}) });
    json(202, { id: body.id, seq });
    return reply(body.text, seq);
  }
  answer.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  lines.add(answer);
  request.on('close', () => lines.delete(answer));
  for (const entry of page(Number(request.headers['last-event-id'] ?? 0)).messages) tell(answer, 'message', entry, entry.seq);
  tell(answer, 'typing', { typing: waiting });
}

createServer((request, answer) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname.startsWith('/web/')) return void talk(request, answer, url.pathname.slice(5), url.searchParams).catch(() => answer.writeHead(400).end());
  const file = url.pathname === '/' ? 'index.html' : /^\/chat\/([\w-]+\.(?:js|css))$/.exec(url.pathname)?.[1];
  if (!file || !existsSync(new URL(file, DIST))) return void answer.writeHead(404).end();
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;
  answer.writeHead(200, { 'Content-Type': `${TYPES[file.split('.').pop()]}; charset=utf-8`, 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' });
  answer.end(readFileSync(new URL(file, DIST), 'utf8').replaceAll('{{nonce}}', nonce));
}).listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}/  (try: stap, bewaar, ik wil niet meer leven, wis mijn gesprek)`));
