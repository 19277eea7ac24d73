/**
 * The route map and the sheet of paper as lists of shapes: pure, so that the page, the picture and the PDF show the same.
 *
 * The map is a line as in a tram: it begins at "Jij, nu", goes down along the person's own haltes, and on, dotted because it
 * is still to come, to the next step. Down and not sideways: long names stay readable on a phone.
 */

import { helpText, keptText, parts, ways, type Helpline, type KaartGegevens } from './gegevens';
import { wrap } from './letters';
import type { KaartTeksten } from './teksten';

export interface Colours {
  readonly paper: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly tint: string;
}

/** Calm, and dark enough on white and on the tint (checked in the test). */
export const COLOURS: Colours = { paper: '#ffffff', ink: '#1f2328', soft: '#4d5660', line: '#24578f', tint: '#eaf1f8' };

export interface Line {
  readonly kind: 'line';
  readonly points: readonly (readonly [number, number])[];
  readonly width: number;
  readonly colour: string;
  readonly dotted: boolean;
}

/** A rectangle with round corners; with a radius of half its side it is a dot. */
export interface Box {
  readonly kind: 'box';
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly r: number;
  readonly fill: string;
  readonly stroke: string;
  readonly strokeWidth: number;
}

/** Lines under each other; `y` is the first baseline. `role` is what it is on the page, for who has it read out. */
export interface Text {
  readonly kind: 'text';
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly leading: number;
  readonly bold: boolean;
  readonly colour: string;
  readonly role: 'H1' | 'H2' | 'P';
}

export type Shape = Line | Box | Text;

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** Height of a line of text, and how far its letters reach above and below the baseline, in sizes. */
const LEADING = 1.35;
const LEADING_LARGE = 1.18;
export const ASCENT = 0.78;
export const DESCENT = 0.24;

/** Sets text from a place downwards and keeps where it ended. */
class Setter {
  readonly shapes: Shape[] = [];
  constructor(
    public x: number,
    public y: number,
    public room: number,
  ) {}

  /** Sets a text with its top at `y`; gives where the middle of its first line is. */
  text(text: string, size: number, style: Partial<Pick<Text, 'bold' | 'colour' | 'role'>> = {}): number {
    const lines = wrap(text, size, this.room, style.bold);
    const baseline = this.y + ASCENT * size;
    if (lines.length > 0) {
      const leading = size * (style.role === 'H1' ? LEADING_LARGE : LEADING);
      this.shapes.push({ kind: 'text', lines, x: this.x, y: baseline, size, leading, bold: false, colour: COLOURS.ink, role: 'P', ...style });
      this.y = baseline + (lines.length - 1) * leading + DESCENT * size;
    }
    return baseline - 0.35 * size;
  }
}

export interface MapOptions {
  /** Width of the whole, in the unit in which a letter is `size` high. */
  readonly width?: number;
  readonly size?: number;
  /** Also how to reach them: for a picture that stands alone. */
  readonly details?: boolean;
  readonly colours?: Colours;
}

/** The route map. However many haltes and however long their names: nothing overlaps and nothing falls off. */
export function routeScene(data: KaartGegevens, words: KaartTeksten, options: MapOptions = {}): Scene {
  const { width = 360, size = 17, details = false, colours = COLOURS } = options;
  const edge = size;
  const lineX = edge + 0.8 * size;
  const turnX = lineX + 0.9 * size;
  const set = new Setter(edge, edge, width - 2 * edge);
  set.text(words.route, 1.2 * size, { bold: true, role: 'H2', colour: colours.ink });

  set.x = lineX + 1.7 * size;
  set.room = width - edge - set.x;
  set.y += 1.1 * size;
  const stops = [words.nu, ...data.haltes].map((label, at) => {
    if (at > 0) set.y += 1.15 * size;
    return set.text(label, size, { bold: at === 0, colour: colours.ink });
  });
  const [first = set.y, last = first] = [stops[0], stops.at(-1)];

  const top = set.y + 1.9 * size;
  set.x = turnX + 1.8 * size;
  set.room = width - edge - set.x;
  set.y = top + 0.9 * size;
  const end = set.text(words.stap, 0.85 * size, { colour: colours.soft });
  set.y += 0.35 * size;
  set.text(data.naam, 1.12 * size, { bold: true, colour: colours.ink });
  for (const [at, way] of (details ? ways(data, words) : []).entries()) {
    set.y += (at === 0 ? 0.7 : 0.45) * size;
    set.text(way, size, { colour: colours.ink });
  }
  const bottom = set.y + 0.9 * size;
  const height = bottom + edge;

  const turn = top - 0.45 * size;
  const future: Line['points'] = [
    [lineX, last + 0.95 * size],
    [lineX, turn - (turnX - lineX)],
    [turnX, turn],
    [turnX, end - size],
  ];
  return {
    width,
    height,
    shapes: [
      box(0, 0, width, height, 0, colours.paper),
      box(edge / 2, top, width - edge, bottom - top, 0.6 * size, colours.tint),
      { kind: 'line', points: future, width: 0.3 * size, colour: colours.line, dotted: true },
      { kind: 'line', points: [[lineX, first], [lineX, last]], width: 0.45 * size, colour: colours.line, dotted: false },
      ...stops.map((y, at) => dot(lineX, y, (at === 0 ? 0.62 : 0.48) * size, colours.paper, colours.line, 0.22 * size)),
      dot(turnX, end, 0.72 * size, colours.line, colours.tint, 0.2 * size),
      dot(turnX, end, 0.24 * size, colours.paper, colours.paper, 0),
      ...set.shapes,
    ],
  };
}

/** A4 in points. */
export const A4 = { width: 595, height: 842 } as const;
const MARGIN = 44;

/** One sheet of A4: the step on the right, the map on the left, helplines below. Smaller letters when there is much to say. */
export function sheetScene(data: KaartGegevens, words: KaartTeksten, helplines: readonly Helpline[], kept: Date): Scene {
  for (let size = 14; ; size *= 0.94) {
    const shapes = sheet(data, words, helplines, kept, size);
    if (shapes || size < 4) return { ...A4, shapes: shapes ?? [] };
  }
}

/** The sheet with letters of this size, or null when they do not fit. */
function sheet(data: KaartGegevens, words: KaartTeksten, helplines: readonly Helpline[], kept: Date, size: number): Shape[] | null {
  const full = A4.width - 2 * MARGIN;
  const head = new Setter(MARGIN, MARGIN, full);
  head.text(words.stap, size, { colour: COLOURS.line, bold: true });
  head.y += 0.6 * size;
  head.text(data.naam, 2 * size, { bold: true, role: 'H1' });
  head.y += 0.9 * size;
  head.text(data.wat, 1.1 * size);

  const help = new Setter(MARGIN, 0, full);
  help.text(words.hulp, size, { bold: true, role: 'H2' });
  for (const line of helplines) {
    help.y += 0.45 * size;
    help.text(helpText(line, words), 0.95 * size);
  }
  help.y += 0.9 * size;
  help.text(keptText(kept, words), 0.8 * size, { colour: COLOURS.soft });

  const top = head.y + 1.8 * size;
  const floor = A4.height - MARGIN - help.y;
  const map = routeScene(data, words, { width: 0.45 * full, size: 0.8 * size });
  const body = new Setter(MARGIN + map.width + 2 * size, top + 0.8 * size, full - map.width - 2 * size);
  for (const [at, { title, lines }] of parts(data, words).entries()) {
    if (at > 0) body.y += 1.3 * size;
    body.text(title, 0.95 * size, { bold: true, role: 'H2', colour: COLOURS.line });
    for (const line of lines) {
      body.y += 0.4 * size;
      body.text(line, size);
    }
  }
  if (Math.max(body.y, top + map.height) > floor - 2 * size) return null;
  return [
    box(0, 0, A4.width, A4.height, 0, COLOURS.paper),
    ...head.shapes,
    ...body.shapes,
    box(MARGIN, top, map.width, map.height, 0.6 * size, COLOURS.paper, '#c9d3dd', 1),
    ...map.shapes.slice(1).map((shape) => moved(shape, MARGIN, top)),
    { kind: 'line', points: [[MARGIN, floor - size], [A4.width - MARGIN, floor - size]], width: 0.8, colour: COLOURS.soft, dotted: false },
    ...help.shapes.map((shape) => moved(shape, 0, floor)),
  ];
}

function moved(shape: Shape, dx: number, dy: number): Shape {
  if (shape.kind === 'line') return { ...shape, points: shape.points.map(([x, y]) => [x + dx, y + dy] as const) };
  return { ...shape, x: shape.x + dx, y: shape.y + dy };
}

function box(x: number, y: number, w: number, h: number, r: number, fill: string, stroke = fill, strokeWidth = 0): Box {
  return { kind: 'box', x, y, w, h, r, fill, stroke, strokeWidth };
}

function dot(x: number, y: number, r: number, fill: string, stroke: string, strokeWidth: number): Box {
  return box(x - r, y - r, 2 * r, 2 * r, r, fill, stroke, strokeWidth);
}
