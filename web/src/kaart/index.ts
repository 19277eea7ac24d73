/** Keep it: the route map on the page, as a picture, as a PDF and on paper. All is made on the device; nothing is sent. */

import helplines from '../gemaakt/helplines.json';
import { helpText, keptText, parts, type KaartGegevens } from './gegevens';
import { pdf } from './pdf';
import { printAlone } from './print';
import { routeScene, sheetScene, type MapOptions } from './scene';
import { draw } from './svg';
import { KAART_TEKSTEN, type Form, type KaartTeksten } from './teksten';

export { leesKaart, type KaartGegevens } from './gegevens';
export { KAART_TEKSTEN, type Form } from './teksten';

/** The map as an element of the page; read out as one picture with a description. */
export function routeKaart(data: KaartGegevens, form: Form = 'je', options: MapOptions = {}): SVGSVGElement {
  const words = KAART_TEKSTEN[form];
  return draw(routeScene(data, words, options), words.route, description(data, words));
}

/** Saves the map as a picture with how to reach them. Rejects when the browser cannot draw it. */
export async function bewaarPng(data: KaartGegevens, form: Form = 'je'): Promise<void> {
  save(await png(routeKaart(data, form, { details: true })), `${KAART_TEKSTEN[form].bestand}.png`);
}

/** Saves the sheet as a PDF. */
export function bewaarPdf(data: KaartGegevens, form: Form = 'je'): void {
  save(new Blob([pdfBytes(data, form)], { type: 'application/pdf' }), `${KAART_TEKSTEN[form].bestand}.pdf`);
}

/** The PDF itself. */
export function pdfBytes(data: KaartGegevens, form: Form = 'je', kept = new Date()): Uint8Array<ArrayBuffer> {
  const words = KAART_TEKSTEN[form];
  return pdf(sheetScene(data, words, helplines.crisis, kept), `${words.stap}: ${data.naam}`);
}

/** Opens the print window with the sheet alone. Gives a function that clears what was put on the page for it. */
export function printBlad(data: KaartGegevens, form: Form = 'je'): () => void {
  return printAlone(sheet(data, form));
}

function sheet(data: KaartGegevens, form: Form): Node[] {
  const words = KAART_TEKSTEN[form];
  const said = parts(data, words).map(({ title, lines }) => element('section', [element('h2', title), ...lines.map((line) => element('p', line))]));
  const help = helplines.crisis.map((line) => element('p', helpText(line, words)));
  return [
    element('p', words.stap, 'stap'),
    element('h1', data.naam),
    element('p', data.wat, 'wat'),
    element('div', [routeKaart(data, form), element('div', said)], 'twee'),
    element('footer', [element('h2', words.hulp), ...help, element('p', keptText(new Date(), words), 'klein')]),
  ];
}

function element(tag: string, content: string | readonly Node[], name = ''): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...(typeof content === 'string' ? [content] : content));
  return made;
}

function description(data: KaartGegevens, words: KaartTeksten): string {
  const stops = data.haltes.length > 0 ? ` ${words.langs}: ${data.haltes.join('; ')}.` : '';
  return `${words.nu}.${stops} ${words.stap}: ${data.naam}.`;
}

/** An SVG element as a picture, twice as sharp as on the page. */
async function png(svg: SVGSVGElement, scale = 2): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(svg)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(Number(svg.getAttribute('width')) * scale);
    canvas.height = Math.ceil(Number(svg.getAttribute('height')) * scale);
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    // The picture is never see-through: in a dark gallery black letters would be gone.
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no picture'))), 'image/png'));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Long enough for a slow phone to have read the file. */
const KEEP_MS = 60_000;

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
}
