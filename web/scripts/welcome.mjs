// Writes the welcome of Wegwijzer, with its opening choices, from domain.yml: it is typed there and nowhere else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const FOLDER = new URL('../src/gemaakt/', import.meta.url);
const NAME = 'utter_hallo';

const { responses } = parse(readFileSync(new URL('../../domain.yml', import.meta.url), 'utf8'));
const [welcome] = responses?.[NAME] ?? [];
if (!welcome?.text || !welcome.buttons?.length) throw new Error(`domain.yml: ${NAME} must have a text and buttons`);
const buttons = welcome.buttons.map(({ title, payload }) => ({ title: String(title), payload: String(payload ?? title) }));

mkdirSync(FOLDER, { recursive: true });
writeFileSync(new URL('welkom.json', FOLDER), JSON.stringify({ text: String(welcome.text).trim(), buttons }, null, 1) + '\n');
