// Writes the phone numbers that the chat always shows, from the catalogue: no number is ever typed in this folder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const SOURCE = new URL('../../catalogue/helplines.yml', import.meta.url);
const FOLDER = new URL('../src/gemaakt/', import.meta.url);
/** In the order in which the help button shows them; without one of these there is no chat. */
const ALWAYS = ['113', '112', 'veilig_thuis'];

const lines = Object.values(parse(readFileSync(SOURCE, 'utf8'))).flat();
const byId = new Map(lines.map((line) => [String(line.id), line]));

/** What the chat shows of one line. */
function shown(line) {
  const { id, name, use, hours, cost } = line;
  return { id: String(id), name: String(name), use: use ?? '', hours: hours ?? '', cost: (cost ?? '').split('. ')[0], phone: String(line.phone), chat: line.chat ?? '' };
}

const crisis = ALWAYS.map((id) => {
  const line = byId.get(id);
  if (!line?.phone || line.certainty !== 'high') throw new Error(`helplines.yml: ${id} must be there, with a phone and certainty: high`);
  return shown(line);
});
const human = lines.filter((line) => line.show === 'human' && line.certainty === 'high' && line.phone).map(shown);
if (human.length === 0) throw new Error('helplines.yml: no line with show: human, certainty: high and a phone');
const numbers = [...new Set(lines.filter((line) => line.show !== 'no').flatMap((line) => [line.phone, line.phone_alt]).filter(Boolean).map(String))];
const city = byId.get('gemeente')?.website;
if (!city) throw new Error('helplines.yml: gemeente needs a website, where "leave quickly" goes');

mkdirSync(FOLDER, { recursive: true });
writeFileSync(new URL('helplines.json', FOLDER), JSON.stringify({ crisis, human, numbers, leaveTo: new URL(city).origin }, null, 1) + '\n');
