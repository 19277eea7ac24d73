/** Makes the one stylesheet of the chat: components, our own rules, and only the theme tokens that those use. */

import postcss, { type Declaration, type Root } from 'postcss';

/** Values of custom properties by name. */
export type Tokens = ReadonlyMap<string, string>;

const USE = /var\(\s*(--[\w-]+)/g;

/** Every custom property that a theme file sets; the last one counts, as in a browser. */
export function tokensOf(css: string): Tokens {
  const tokens = new Map<string, string>();
  postcss.parse(css).walkDecls(/^--/, (declaration: Declaration) => {
    tokens.set(declaration.prop, declaration.value.trim());
  });
  return tokens;
}

/** Names that a text uses, directly or through the values of other tokens. */
export function usedIn(css: string, themes: readonly Tokens[]): Set<string> {
  const used = new Set<string>();
  const todo = [css];
  for (let text = todo.pop(); text !== undefined; text = todo.pop()) {
    for (const [, name] of text.matchAll(USE)) {
      if (!name || used.has(name)) continue;
      used.add(name);
      todo.push(...themes.flatMap((theme) => theme.get(name) ?? []));
    }
  }
  return used;
}

/**
 * One stylesheet for a shadow root (`:host`) or a page (`:root`): light tokens, dark ones where they differ, components, own rules.
 *
 * A component token that no theme sets gets no value, so that the component's own fallback counts.
 */
export function stylesheet(light: Tokens, dark: Tokens, components: string, own: string, scope: ':host' | ':root' = ':host'): string {
  const used = usedIn(components + own, [light, dark]);
  const kept = [...used].filter((name) => light.has(name) || dark.has(name)).sort();
  const bright = kept.filter((name) => light.has(name)).map((name) => `${name}:${light.get(name)}`);
  const dim = kept.filter((name) => dark.has(name) && dark.get(name) !== light.get(name)).map((name) => `${name}:${dark.get(name)}`);
  const theme = `${scope}{${bright.join(';')}}@media (prefers-color-scheme:dark){${scope}{${dim.join(';')}}}`;
  return compact(theme + components + own);
}

/** Without comments and spare white space. */
function compact(css: string): string {
  const root: Root = postcss.parse(css);
  root.walkComments((comment) => void comment.remove());
  root.walk((node) => {
    node.raws.before = '';
    if ('between' in node.raws) node.raws.between = node.type === 'decl' ? ':' : '';
    if ('after' in node.raws) node.raws.after = '';
    if (node.type === 'decl') node.value = node.value.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/ \)/g, ')').replace(/, /g, ',');
    if (node.type === 'rule') node.selector = node.selector.replace(/\s+/g, ' ');
  });
  return root.toString();
}
