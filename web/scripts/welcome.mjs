// Writes the welcome of Wegwijzer, with its opening choices, from domain.yml: it is typed there and nowhere else. How it reads
// for who chose "u" stands in docs/u-vorm.md, which `wegwijzer catalogue formal` makes; without that page it stays "je".
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const FOLDER = new URL('../src/gemaakt/', import.meta.url);
const NAME = 'utter_hallo';
const PAIRS = new URL('../../docs/u-vorm.md', import.meta.url);

const { responses } = parse(readFileSync(new URL('../../domain.yml', import.meta.url), 'utf8'));
const [welcome] = responses?.[NAME] ?? [];
if (!welcome?.text || !welcome.buttons?.length) throw new Error(`domain.yml: ${NAME} must have a text and buttons`);
const pairs = (existsSync(PAIRS) ? readFileSync(PAIRS, 'utf8') : '')
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()))
  .filter(([, where, je, u]) => where === NAME && je && u)
  .map(([, , je, u]) => [je, u.replace(/\s*\*\*\?\*\*$/, '')]);
const formal = (text) => pairs.reduce((now, [je, u]) => now.replace(je, () => u), text);

const said = (wording) => ({
  text: wording(String(welcome.text).trim()),
  // What a button sends never changes.
  buttons: welcome.buttons.map(({ title, payload }) => ({ title: wording(String(title)), payload: String(payload ?? title) })),
});

mkdirSync(FOLDER, { recursive: true });
writeFileSync(new URL('welkom.json', FOLDER), JSON.stringify({ je: said((text) => text), u: said(formal) }, null, 1) + '\n');
