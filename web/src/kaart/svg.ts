/** A scene as an SVG element: attributes only, so that no Content-Security-Policy can object. */

import type { Scene, Shape } from './scene';

const SVG = 'http://www.w3.org/2000/svg';
let made = 0;

/** The drawing, named and described for who does not see it. */
export function draw(scene: Scene, title: string, description: string): SVGSVGElement {
  const id = `wegwijzer-kaart-${++made}`;
  const { width, height } = scene;
  return element('svg', { viewBox: `0 0 ${round(width)} ${round(height)}`, width: round(width), height: round(height), role: 'img', lang: 'nl', 'aria-labelledby': `${id}-t ${id}-d` }, [
    element('title', { id: `${id}-t` }, [title]),
    element('desc', { id: `${id}-d` }, [description]),
    ...scene.shapes.map(shape),
  ]) as SVGSVGElement;
}

function shape(one: Shape): SVGElement {
  switch (one.kind) {
    case 'line':
      return element('polyline', {
        points: one.points.map(([x, y]) => `${round(x)},${round(y)}`).join(' '),
        fill: 'none',
        stroke: one.colour,
        'stroke-width': round(one.width),
        'stroke-linecap': 'round',
        'stroke-linejoin': 'round',
        // No length with a round end is a dot.
        ...(one.dotted && { 'stroke-dasharray': `0 ${round(one.width * 2)}` }),
      });
    case 'box':
      return element('rect', { x: round(one.x), y: round(one.y), width: round(one.w), height: round(one.h), rx: round(one.r), fill: one.fill, ...(one.strokeWidth > 0 && { stroke: one.stroke, 'stroke-width': round(one.strokeWidth) }) });
    case 'text': {
      const look = { fill: one.colour, 'font-size': round(one.size), 'font-weight': one.bold ? '700' : '400', 'font-family': 'Arial, Helvetica, Liberation Sans, sans-serif' };
      const lines = one.lines.map((line, at) => element('tspan', { x: round(one.x), y: round(one.y + at * one.leading) }, [line]));
      return element('text', look, lines);
    }
  }
}

function element(name: string, attributes: Readonly<Record<string, string>>, children: readonly (Node | string)[] = []): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
