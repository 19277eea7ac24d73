/** Lets the widget import its stylesheet as text, so that it can be a constructable stylesheet: no inline style. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

import { COMPONENTS, THEME } from '../thema';
import { stylesheet, tokensOf } from './stylesheet';

const NAME = 'virtual:stijl';
const OWN = new URL('../src/beeld/chat.css', import.meta.url);
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

export function stijl(): Plugin {
  return {
    name: 'wegwijzer-stijl',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null;
      this.addWatchFile(OWN.pathname);
      const [light, dark] = [tokensOf(fromPackage(THEME.light)), tokensOf(fromPackage(THEME.dark))];
      const css = stylesheet(light, dark, COMPONENTS.map(component).join('\n'), readFileSync(OWN, 'utf8'));
      return `export default ${JSON.stringify(css)}`;
    },
  };
}
