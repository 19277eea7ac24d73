// @vitest-environment jsdom
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { leesKaart, parts, type KaartGegevens } from '../src/kaart/gegevens';
import { pdfBytes, printBlad, routeKaart } from '../src/kaart/index';
import { width, wrap } from '../src/kaart/letters';
import { winAnsi } from '../src/kaart/pdf';
import { ASCENT, COLOURS, DESCENT, routeScene, sheetScene, type Scene, type Text } from '../src/kaart/scene';
import { KAART_TEKSTEN } from '../src/kaart/teksten';

const WORDS = KAART_TEKSTEN.je;
const KEPT = new Date('2026-03-02T10:00:00+01:00');
const CARD = {
  type: 'bewaar',
  id: 'rouwgroep',
  naam: 'Rouwcafé Één & <Twee>',
  wat: 'Je praat met anderen over wie je mist.',
  waarom: 'het is in Overvecht en het kost niets',
  hoe: 'Bel en vraag of je een keer mag komen.',
  telefoon: '030-123 45 67',
  email: 'hoi@example.nl',
  url: 'https://www.example.nl/groep/',
  adres: 'Domplein 1',
  via: '',
  kosten: '€ 3 per keer',
  open: 'Ze zijn nu dicht. Ze gaan open: morgen om 9.00 uur.',
  op: '2026-03-01T23:00+01:00',
  zin: 'Hallo, ik wil graag een keer komen.',
  let_op: '',
  haltes: [
    { id: 'verlies', label: 'Iemand missen (rouw)' },
    { id: 'mentaal', label: 'Hoe ik me voel (somber, bang, schaamte)' },
  ],
};
const DATA = leesKaart(CARD) as KaartGegevens;
const HELPLINES = [{ name: 'Lijn', phone: '030-000', use: 'Praten.' }];

const texts = (scene: Scene) => scene.shapes.filter((shape) => shape.kind === 'text');
const said = (text: Text) => text.lines.join(' ');

interface Rect { left: number; right: number; top: number; bottom: number }
function rect(text: Text): Rect {
  const wide = Math.max(...text.lines.map((line) => width(line, text.size, text.bold)));
  const top = text.y - ASCENT * text.size;
  return { left: text.x, right: text.x + wide, top, bottom: text.y + (text.lines.length - 1) * text.leading + DESCENT * text.size };
}
const meet = (a: Rect, b: Rect) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Whatever an editor may write, and worse. */
const words = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 25 }), fc.constantFrom('Overvecht', 'é', '<b>', '&amp;', '👩‍👩‍👧', 'مرحبا', 'Donaudampfschifffahrtsgesellschaft')), { minLength: 1, maxLength: 6 })
  .map((list) => list.join(' ').replace(/\s+/gu, ' ').trim())
  .filter((text) => text !== '');
const anyCard = fc.record({ naam: words, wat: words, hoe: words, telefoon: words, adres: words, waarom: words, zin: words, let_op: words, haltes: fc.array(words, { maxLength: 5 }) });
const read = (card: { haltes: string[] }) => leesKaart({ ...card, haltes: card.haltes.map((label) => ({ id: 'x', label })) }) as KaartGegevens;

function expectSound(scene: Scene): void {
  const rects = texts(scene).map(rect);
  for (const [at, one] of rects.entries()) {
    expect(one.left).toBeGreaterThanOrEqual(0);
    expect(one.right).toBeLessThanOrEqual(scene.width);
    expect(one.top).toBeGreaterThanOrEqual(0);
    expect(one.bottom).toBeLessThanOrEqual(scene.height);
    for (const other of rects.slice(at + 1)) expect(meet(one, other)).toBe(false);
  }
  const dots = scene.shapes.filter((shape) => shape.kind === 'box' && shape.r > 0 && shape.w === 2 * shape.r);
  for (const dot of dots) {
    if (dot.kind !== 'box') continue;
    const round = { left: dot.x, right: dot.x + dot.w, top: dot.y, bottom: dot.y + dot.h };
    for (const one of rects) expect(meet(round, one)).toBe(false);
    for (const other of dots) {
      if (other.kind !== 'box') continue;
      const apart = Math.hypot(dot.x + dot.r - other.x - other.r, dot.y + dot.r - other.y - other.r);
      // Only the two rings of the next step have the same middle.
      expect(apart < 0.01 || apart > dot.r + other.r).toBe(true);
    }
  }
}

describe('the card', () => {
  it('is read, and is nothing without a name', () => {
    expect(DATA.haltes).toEqual(['Iemand missen (rouw)', 'Hoe ik me voel (somber, bang, schaamte)']);
    expect(leesKaart({ ...CARD, naam: '' })).toBeNull();
    expect(leesKaart(null)).toBeNull();
    expect(leesKaart({ naam: 'Koffie', haltes: [null, 3, {}], zin: 7 })).toMatchObject({ naam: 'Koffie', haltes: [], zin: '' });
  });

  it('says when it was open, because paper is read later', () => {
    const open = parts(DATA, WORDS).find((part) => part.lines.includes(CARD.open));
    expect(open?.title).toBe('Open, zondag 1 maart om 23.00 uur');
    expect(parts({ ...DATA, op: '' }, WORDS).some((part) => part.title === 'Open')).toBe(true);
  });

  it('leaves out what is not known', () => {
    expect(parts(leesKaart({ naam: 'Koffie' }) as KaartGegevens, WORDS)).toEqual([]);
  });
});

describe('breaking lines', () => {
  it('loses nothing and is never too wide', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 40, max: 400 }), (text, room) => {
        const lines = wrap(text, 16, room);
        expect(lines.join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''));
        // One letter or emoji alone may be wider than a very narrow place; it is not broken.
        for (const line of lines) expect(width(line, 16) <= room || [...new Intl.Segmenter('nl').segment(line)].length === 1).toBe(true);
      }),
    );
  });
});

describe('a phone number', () => {
  it('stays in one piece', () => {
    expect(wrap('Je belt ze op 030-236 17 45.', 10, 100)).toEqual(['Je belt ze op', '030-236 17 45.']);
  });
});

describe('the route map', () => {
  it('goes from now along every halte in order to the next step', () => {
    const order = texts(routeScene(DATA, WORDS)).map(said);
    expect(order).toEqual([WORDS.route, WORDS.nu, ...DATA.haltes, WORDS.stap, DATA.naam]);
  });

  it('goes straight to the step when no halte is the person\u2019s own', () => {
    expect(texts(routeScene({ ...DATA, haltes: [] }, WORDS)).map(said)).toEqual([WORDS.route, WORDS.nu, WORDS.stap, DATA.naam]);
  });

  it('has one stop on the line for every text beside it', () => {
    const scene = routeScene(DATA, WORDS);
    const line = scene.shapes.find((shape) => shape.kind === 'line' && !shape.dotted);
    const x = line?.kind === 'line' ? (line.points[0]?.[0] ?? 0) : 0;
    const stops = scene.shapes.filter((shape) => shape.kind === 'box' && shape.r > 0 && shape.x + shape.r === x);
    expect(stops).toHaveLength(1 + DATA.haltes.length);
  });

  it('has nothing over each other and nothing outside, whatever the names and the width', () => {
    fc.assert(
      fc.property(anyCard, fc.integer({ min: 240, max: 700 }), fc.boolean(), (card, wide, details) => {
        const data = read(card);
        const scene = routeScene(data, WORDS, { width: wide, details });
        expectSound(scene);
        const shown = texts(scene).map((text) => text.lines.join('').replace(/\s/gu, ''));
        expect(shown.slice(2, 2 + data.haltes.length)).toEqual(data.haltes.map((label) => label.replace(/\s/gu, '')));
      }),
      { numRuns: 60 },
    );
  });

  it('is one picture with a name and a description, and no style or handler', () => {
    const svg = routeKaart(DATA);
    expect(svg.getAttribute('role')).toBe('img');
    const [title, description] = (svg.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => svg.querySelector(`[id="${id}"]`)?.textContent);
    expect(title).toBe(WORDS.route);
    for (const one of [...DATA.haltes, DATA.naam]) expect(description).toContain(one);
    for (const element of [svg, ...svg.querySelectorAll('*')]) {
      for (const name of element.getAttributeNames()) expect(name).not.toMatch(/^(style|on)/);
    }
    expect(routeKaart(DATA).getAttribute('aria-labelledby')).not.toBe(svg.getAttribute('aria-labelledby'));
  });

  it('shows markup in a name as letters, also in the saved picture', () => {
    const naam = `<script>"'&\u{1F642} مرحبا`;
    const svg = routeKaart({ ...DATA, naam });
    expect(svg.querySelector('script')).toBeNull();
    const again = new DOMParser().parseFromString(new XMLSerializer().serializeToString(svg), 'image/svg+xml');
    expect(again.querySelector('parsererror')).toBeNull();
    expect(again.querySelector('desc')?.textContent).toContain(naam);
  });

  it('speaks to u', () => {
    expect(routeKaart(DATA, 'u').querySelector('title')?.textContent).toBe('Uw route');
    expect(JSON.stringify(KAART_TEKSTEN.u)).not.toMatch(/\b(je|jij|jouw|kun je)\b/i);
  });

  it('has enough contrast on paper and on the tint', () => {
    for (const back of [COLOURS.paper, COLOURS.tint]) {
      for (const front of [COLOURS.ink, COLOURS.soft, COLOURS.line]) expect(contrast(front, back)).toBeGreaterThan(4.5);
    }
  });
});

/** WCAG 2.2 contrast ratio. */
function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [one, other].map(luminance).sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('the sheet', () => {
  it('fits on A4 and has all of the card and the helplines', () => {
    const scene = sheetScene(DATA, WORDS, HELPLINES, KEPT);
    expectSound(scene);
    const all = texts(scene).map(said).join('\n');
    for (const one of [CARD.naam, CARD.wat, CARD.waarom, CARD.hoe, CARD.telefoon, CARD.adres, CARD.open, CARD.zin, '030-000', '2 maart 2026']) expect(all).toContain(one);
  });

  it('gets smaller letters when there is much to say, never less text', () => {
    const long = 'Dit is een lange zin over wat er te doen is. '.repeat(12).trim();
    const data = { ...DATA, wat: long, hoe: long, zin: long, haltes: [long, long, long, long, long].map((text) => text.slice(0, 90)) };
    const scene = sheetScene(data, WORDS, HELPLINES, KEPT);
    expectSound(scene);
    expect(texts(scene).map(said).join('\n')).toContain(long);
  });

  it('is sound for every card', () => {
    fc.assert(fc.property(anyCard, (card) => expectSound(sheetScene(read(card), WORDS, HELPLINES, KEPT))), { numRuns: 40 });
  });
});

describe('the PDF', () => {
  const latin = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  // From the Encoding Standard (index-windows-1252); TextDecoder of Node 20 reads these bytes as Latin-1.
  const C1 = [0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178];
  const decoded = (bytes: Iterable<number>) => Array.from(bytes, (byte) => String.fromCharCode(byte >= 128 && byte < 160 ? (C1[byte - 128] ?? 0) : byte)).join('');
  const shown = (file: string) => [...file.matchAll(/<([0-9a-f]*)> Tj/g)].map(([, hex = '']) => decoded((hex.match(/../g) ?? []).map((two) => Number.parseInt(two, 16)))).join('');

  it('has a table that points at every object', () => {
    const file = latin(pdfBytes(DATA, 'je', KEPT));
    const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
    expect(file.slice(table, table + 5)).toBe('xref\n');
    const offsets = [...file.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));
    expect(offsets.length).toBeGreaterThan(10);
    for (const [at, offset] of offsets.entries()) expect(file.slice(offset).startsWith(`${at + 1} 0 obj\n`)).toBe(true);
    expect(file).toContain(`/Size ${offsets.length + 1}/`);
    const stream = /<<\/Length (\d+)>>stream\n([\s\S]*?)\nendstream/.exec(file);
    expect(stream?.[2]).toHaveLength(Number(stream?.[1]));
  });

  it('has a title, a language, and a tag for every text', () => {
    const file = latin(pdfBytes(DATA, 'je', KEPT));
    expect(file).toContain('/Lang(nl-NL)');
    expect(file).toContain('/DisplayDocTitle true');
    const title = /\/Title<FEFF([0-9a-f]+)>/.exec(file)?.[1] ?? '';
    expect((title.match(/.{4}/g) ?? []).map((four) => String.fromCharCode(Number.parseInt(four, 16))).join('')).toBe(`${WORDS.stap}: ${DATA.naam}`);
    const marked = [...file.matchAll(/\/MCID (\d+)/g)].map(([, id]) => Number(id));
    expect(marked).toEqual(marked.map((_, at) => at));
    expect(file.match(/\/Type\/StructElem\/S\/(H1|H2|P)/g)).toHaveLength(marked.length);
  });

  it('holds the text with its accents', () => {
    const text = shown(latin(pdfBytes(DATA, 'je', KEPT)));
    for (const one of [DATA.naam, '€ 3 per keer', '“Hallo', DATA.haltes[0] ?? '']) expect(text).toContain(one);
  });

  it('writes every letter that WinAnsi has as that letter, and no other byte that means nothing', () => {
    const all = Array.from({ length: 256 }, (_, at) => at).filter((at) => at > 31 && at < 256 && ![127, 129, 141, 143, 144, 157, 173].includes(at));
    const text = decoded(all);
    expect(decoded(winAnsi(text))).toBe(text);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (any) => {
        for (const byte of winAnsi(any)) expect(byte >= 32 && ![127, 129, 141, 143, 144, 157].includes(byte) && byte < 256).toBe(true);
      }),
    );
  });

  it('keeps a name readable that has letters it lacks', () => {
    const write = (text: string) => decoded(winAnsi(text));
    expect(write('Şükrü Łódź e\u0301\u200Bé')).toBe('Sükrü Lódz éé');
    expect(write('a\u{1F642}b\u0007\n')).toBe('a?b? ');
  });

  it('is a whole file for every card', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const file = latin(pdfBytes(read(card), 'u', KEPT));
        expect(file.endsWith('%%EOF\n')).toBe(true);
        expect(file).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 30 },
    );
  });
});

describe('printing', () => {
  class Sheet {
    css = '';
    replaceSync(css: string) {
      this.css = css;
    }
  }
  afterEach(() => vi.unstubAllGlobals());

  /** A page that is not ours; jsdom has no constructable stylesheets and no printer. */
  function host(print: () => void): void {
    vi.stubGlobal('CSSStyleSheet', Sheet);
    vi.stubGlobal('print', print);
    Object.defineProperty(document, 'adoptedStyleSheets', { value: [], writable: true, configurable: true });
    document.body.innerHTML = '<p>Van een ander</p>';
  }
  const blocks = () => document.querySelectorAll('body > wegwijzer-blad');

  it('shows the sheet alone while it prints, and leaves nothing behind', () => {
    let during = '';
    host(() => {
      during = (document.adoptedStyleSheets as unknown as Sheet[]).map((sheet) => sheet.css).join('');
      expect(blocks()).toHaveLength(1);
    });
    printBlad(DATA);
    expect(during).toContain('body>:not(wegwijzer-blad){display:none!important}');
    expect(document.title).not.toContain(DATA.naam);
    window.dispatchEvent(new Event('afterprint'));
    expect(blocks()).toHaveLength(0);
    expect(document.adoptedStyleSheets).toHaveLength(0);
    expect(document.body.innerHTML).toBe('<p>Van een ander</p>');
  });

  it('can be cleared at once, and twice printing is one sheet', () => {
    host(() => undefined);
    printBlad(DATA);
    const clear = printBlad(DATA);
    expect(blocks()).toHaveLength(1);
    clear();
    expect(blocks()).toHaveLength(0);
    expect(document.adoptedStyleSheets).toHaveLength(0);
  });
});
