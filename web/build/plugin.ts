/**
 * Lets the widget import its stylesheet as text, so that it can be a constructable stylesheet: no inline style. Beside the
 * script it writes the same stylesheet as a file, for browsers that cannot make one, the demo page with its own, and the
 * stylesheet of the console.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

import { COMPONENTS, CONSOLE_COMPONENTS, DEMO_COMPONENTS, THEME } from '../thema';
import { stylesheet, tokensOf } from './stylesheet';

const NAME = 'virtual:stijl';
const FOLDER = new URL('../', import.meta.url);
const OWN = new URL('src/beeld/chat.css', FOLDER);
const DEMO = new URL('demo/demo.css', FOLDER);
const CONSOLE = new URL('../console/static/console.css', FOLDER);
const PAGE = new URL('demo/index.html', FOLDER);
const require = createRequire(import.meta.url);

/** The text of a file in a package. */
function fromPackage(path: string): string {
  return readFileSync(require.resolve(path), 'utf8');
}

/** The text of one component; each is a package that the component library depends on. */
function component(name: string): string {
  const library = createRequire(require.resolve('@utrecht/component-library-css'));
  return readFileSync(library.resolve(`@utrecht/${name}-css/dist/index.min.css`), 'utf8');
}

function made(components: readonly string[], own: URL, scope: ':host' | ':root'): string {
  const [light, dark] = [tokensOf(fromPackage(THEME.light)), tokensOf(fromPackage(THEME.dark))];
  return stylesheet(light, dark, components.map(component).join('\n'), readFileSync(own, 'utf8'), scope);
}

/** The stylesheet of the chat, in one shadow root. */
export function chatStylesheet(): string {
  return made(COMPONENTS, OWN, ':host');
}

/** The demonstration page with the phone of the municipality from the catalogue; the nonce is for the server to fill. */
function demo(): string {
  const { human } = JSON.parse(readFileSync(new URL('src/gemaakt/helplines.json', FOLDER), 'utf8')) as { human: { id: string; phone: string }[] };
  const phone = human.find((line) => line.id === 'gemeente')?.phone;
  if (!phone) throw new Error('helplines.yml: gemeente needs a phone, for the demonstration page');
  return readFileSync(PAGE, 'utf8').replaceAll('{{telefoon}}', phone).replaceAll('{{tel}}', phone.replace(/[^\d+]/g, ''));
}

export function stijl(): Plugin {
  return {
    name: 'wegwijzer-stijl',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null;
      this.addWatchFile(OWN.pathname);
      return `export default ${JSON.stringify(chatStylesheet())}`;
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'wegwijzer-chat.css', source: chatStylesheet() });
      this.emitFile({ type: 'asset', fileName: 'demo.css', source: made(DEMO_COMPONENTS, DEMO, ':root') });
      this.emitFile({ type: 'asset', fileName: 'console.css', source: made(CONSOLE_COMPONENTS, CONSOLE, ':root') });
      this.emitFile({ type: 'asset', fileName: 'index.html', source: demo() });
    },
  };
}
