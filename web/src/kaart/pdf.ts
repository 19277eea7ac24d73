/**
 * A scene as a PDF of one page (ISO 32000-1): real shapes, text that can be searched and read out, tagged, with title and language.
 *
 * Why our own: jspdf and pdf-lib alone are larger than the whole budget of the chat (60 kB), and tinypdf, the small one, has
 * no round shapes, bold letters, title, language or tags. The two fonts are of the fourteen that every reader has, so
 * nothing is embedded; therefore this is not PDF/UA, which asks for embedded fonts.
 */

import type { Scene, Shape, Text } from './scene';

/** The letters of WinAnsiEncoding that do not have their Unicode number, from byte 128 on; a space where there is none. */
const FROM_128 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const LIKE: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', '\u2010': '-', '\u2011': '-', '\u2212': '-' };
/** How far the handles of a quarter circle are from its ends. */
const ARC = 0.5523;

/** Text as bytes in WinAnsiEncoding. A letter it lacks loses its accent, or becomes a question mark; marks one cannot see go. */
export function winAnsi(text: string): number[] {
  const bytes: number[] = [];
  for (const letter of text.normalize('NFC').replace(/[\p{Cf}\p{Mn}\uFE0F]/gu, '')) {
    bytes.push(byte(letter) ?? byte(LIKE[letter] ?? letter.normalize('NFD').charAt(0)) ?? (/\s/u.test(letter) ? 32 : 63));
  }
  return bytes;
}

function byte(letter: string): number | null {
  const code = letter.codePointAt(0) ?? 0;
  if ((code >= 32 && code < 127) || (code >= 160 && code < 256)) return code;
  const at = code > 255 ? FROM_128.indexOf(letter) : -1;
  return at < 0 ? null : 128 + at;
}

/** The whole file. */
export function pdf(scene: Scene, title: string): Uint8Array<ArrayBuffer> {
  const texts = scene.shapes.filter((shape) => shape.kind === 'text');
  const page = content(scene);
  const [tree, firstTag] = [8, 10];
  const tags = texts.map((text, at) => `<</Type/StructElem/S/${text.role}/P 9 0 R/Pg 3 0 R/K ${at}>>`);
  const all = texts.map((_, at) => `${firstTag + at} 0 R`).join(' ');
  return file([
    `<</Type/Catalog/Pages 2 0 R/Lang(nl-NL)/MarkInfo<</Marked true>>/StructTreeRoot ${tree} 0 R/ViewerPreferences<</DisplayDocTitle true>>>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${scene.width} ${scene.height}]/Contents 6 0 R/Resources<</Font<</F 4 0 R/B 5 0 R>>>>/StructParents 0/Tabs/S>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>',
    `<</Length ${page.length}>>stream\n${page}\nendstream`,
    `<</Title<${utf16(title)}>>>`,
    `<</Type/StructTreeRoot/K 9 0 R/ParentTree<</Nums[0[${all}]]>>>>`,
    `<</Type/StructElem/S/Document/P ${tree} 0 R/K[${all}]>>`,
    ...tags,
  ]);
}

/** Objects, the table that says at which byte each begins, and where that table is. */
function file(objects: readonly string[]): Uint8Array<ArrayBuffer> {
  let out = '%PDF-1.7\n%\xE2\xE3\xCF\xD3\n';
  const starts = objects.map((object, at) => {
    const start = out.length;
    out += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return start;
  });
  const table = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  out += `trailer\n<</Size ${objects.length + 1}/Root 1 0 R/Info 7 0 R>>\nstartxref\n${out.lastIndexOf('xref\n')}\n%%EOF\n`;
  // Every character is one byte: text is written in hexadecimal.
  return Uint8Array.from(out, (letter) => letter.charCodeAt(0));
}

function content(scene: Scene): string {
  let tag = 0;
  const y = (value: number) => scene.height - value;
  return scene.shapes.map((shape) => (shape.kind === 'text' ? words(shape, tag++, y) : `/Artifact BMC\n${figure(shape, y)}\nEMC`)).join('\n');
}

type Flip = (y: number) => number;

function words(text: Text, tag: number, y: Flip): string {
  const lines = text.lines.map((line, at) => `${at > 0 ? 'T* ' : ''}<${hex(winAnsi(line + (at < text.lines.length - 1 ? ' ' : '')))}> Tj`);
  return `/${text.role}<</MCID ${tag}>>BDC\nBT ${colour(text.colour)} rg /${text.bold ? 'B' : 'F'} ${n(text.size)} Tf ${n(text.leading)} TL ${n(text.x)} ${n(y(text.y))} Td ${lines.join(' ')} ET\nEMC`;
}

function figure(shape: Exclude<Shape, Text>, y: Flip): string {
  if (shape.kind === 'line') {
    const path = shape.points.map(([x, at], i) => `${n(x)} ${n(y(at))} ${i === 0 ? 'm' : 'l'}`).join(' ');
    const dash = shape.dotted ? `[0 ${n(shape.width * 2)}] 0 d` : '[] 0 d';
    return `${colour(shape.colour)} RG ${n(shape.width)} w 1 J 1 j ${dash} ${path} S`;
  }
  const { x, y: top, w, h, r } = shape;
  const [left, right, up, down, k] = [x, x + w, y(top), y(top + h), r * (1 - ARC)];
  const curve = (...points: number[]) => `${points.map(n).join(' ')} c`;
  const path = [
    `${n(left + r)} ${n(up)} m ${n(right - r)} ${n(up)} l`,
    curve(right - k, up, right, up - k, right, up - r),
    `${n(right)} ${n(down + r)} l`,
    curve(right, down + k, right - k, down, right - r, down),
    `${n(left + r)} ${n(down)} l`,
    curve(left + k, down, left, down + k, left, down + r),
    `${n(left)} ${n(up - r)} l`,
    curve(left, up - k, left + k, up, left + r, up),
  ].join(' ');
  const pen = shape.strokeWidth > 0 ? `${colour(shape.stroke)} RG ${n(shape.strokeWidth)} w [] 0 d ` : '';
  return `${pen}${colour(shape.fill)} rg ${path} h ${pen ? 'B' : 'f'}`;
}

/** "#24578f" as three numbers from 0 to 1. */
function colour(hexadecimal: string): string {
  return [1, 3, 5].map((at) => n(Number.parseInt(hexadecimal.slice(at, at + 2), 16) / 255)).join(' ');
}

function n(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function hex(bytes: readonly number[]): string {
  return bytes.map((one) => one.toString(16).padStart(2, '0')).join('');
}

function utf16(text: string): string {
  return `FEFF${Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0')).join('')}`;
}
