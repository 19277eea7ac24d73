import { describe, expect, it } from 'vitest';

import { stylesheet, tokensOf } from '../build/stylesheet';

describe('the stylesheet', () => {
  const light = tokensOf(':root{--a:var(--b);--b:red;--unused:1px;--same:2px}');
  const dark = tokensOf(':root{--a:var(--c);--c:blue;--b:red;--same:2px}');
  const css = stylesheet(light, dark, '.x{color:var(--a)}', '/* why */ .y {\n margin: var(--same) }');

  it('has the tokens that are used, also through others, and no more', () => {
    expect(css).toContain(':host{--a:var(--b);--b:red;--same:2px}');
    expect(css).not.toContain('--unused');
  });

  it('repeats in the dark only what differs', () => {
    expect(css).toContain('@media (prefers-color-scheme:dark){:host{--a:var(--c);--c:blue}}');
  });

  it('keeps every rule, without the comments', () => {
    expect(css).toContain('.x{color:var(--a)}.y{margin:var(--same)}');
    expect(css).not.toContain('why');
  });
});
