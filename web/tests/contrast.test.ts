/** Contrast computed from the tokens of the theme, in the light and in the dark: another theme is judged before anyone sees it. */

import postcss, { type Container, type Rule } from 'postcss';
import { describe, expect, it } from 'vitest';

import { chatStylesheet } from '../build/plugin';
import { contrast, rgb } from './contrast';

const ROOT = postcss.parse(chatStylesheet());
/** WCAG 1.4.3 for text; large text and disabled buttons are not told apart, so this asks more than the standard. */
const ENOUGH = 4.5;

type Tokens = ReadonlyMap<string, string>;

function inDark(node: Rule): boolean {
  for (let at: Container | undefined = node.parent as Container | undefined; at; at = at.parent as Container | undefined) {
    if (at.type === 'atrule' && 'params' in at && String(at.params).includes('dark')) return true;
  }
  return false;
}

/** The values of custom properties on the host, those for the dark over those for the light. */
function tokens(dark: boolean): Tokens {
  const found = new Map<string, string>();
  for (const forDark of dark ? [false, true] : [false]) {
    ROOT.walkRules(':host', (rule) => {
      if (inDark(rule) === forDark) rule.walkDecls(/^--/, (declaration) => void found.set(declaration.prop, declaration.value.trim()));
    });
  }
  return found;
}

/** A value with its tokens, and the tokens a rule sets itself, filled in. */
function filled(value: string, known: Tokens, depth = 0): string {
  const use = /var\(\s*(--[\w-]+)\s*(?:,\s*((?:[^()]|\([^()]*\))*))?\)/.exec(value);
  if (!use || depth > 30) return value.trim();
  const [all, name = '', fallback = ''] = use;
  return filled(value.replace(all, () => known.get(name) ?? fallback), known, depth + 1);
}

function pairs(dark: boolean): { selector: string; front: string; back: string }[] {
  const known = tokens(dark);
  const found: { selector: string; front: string; back: string }[] = [];
  ROOT.walkRules((rule) => {
    if (inDark(rule) !== dark && inDark(rule)) return;
    const own = new Map(known);
    rule.walkDecls(/^--/, (declaration) => void own.set(declaration.prop, declaration.value));
    const value = (names: RegExp): string => {
      let last = '';
      rule.walkDecls(names, (declaration) => void (last = filled(declaration.value, own)));
      return last;
    };
    const [front, back] = [value(/^color$/), value(/^background(-color)?$/)];
    if (rgb(front) && rgb(back)) found.push({ selector: rule.selector, front, back });
  });
  return found;
}

describe.each([false, true])('the theme, dark: %s', (dark) => {
  it('has enough contrast wherever a rule sets both colours', () => {
    // The chat has no field or button in these states.
    const all = pairs(dark).filter(({ selector }) => !/disabled|read-only/.test(selector));
    expect(all.length).toBeGreaterThan(10);
    const weak = all.map((pair) => ({ ...pair, ratio: contrast(pair.front, pair.back) })).filter(({ ratio }) => ratio < ENOUGH);
    expect(weak).toEqual([]);
  });

  it('has enough contrast for letters and links on every ground of the chat', () => {
    const known = tokens(dark);
    const at = (name: string): string => filled(`var(${name})`, known);
    for (const ground of ['--vlak', '--zacht', '--blauw']) {
      expect(contrast(at('--letter'), at(ground)), ground).toBeGreaterThanOrEqual(ENOUGH);
    }
    expect(contrast(at('--utrecht-link-color'), at('--vlak'))).toBeGreaterThanOrEqual(ENOUGH);
    expect(contrast(at('--lijn'), at('--vlak')), 'the edge of a field (1.4.11)').toBeGreaterThanOrEqual(3);
  });
});

describe('contrast', () => {
  it('is that of the standard', () => {
    expect(contrast('#000', 'white')).toBe(21);
    expect(contrast('#777777', '#fff')).toBeCloseTo(4.48, 2);
    expect(contrast('hsl(0 100% 50%)', 'rgb(255, 0, 0)')).toBeCloseTo(1, 5);
    expect(() => contrast('currentColor', '#fff')).toThrow('no colour');
  });
});
