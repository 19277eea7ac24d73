/**
 * The sheet on paper, and only the sheet, from inside a page that is not ours.
 *
 * A style in our shadow root cannot hide the host page, and printing an iframe prints the whole page on iOS. So during the
 * printing a block stands at the end of the body, in its own shadow root where the page's style does not reach, and the
 * document gets one constructed stylesheet (allowed by every Content-Security-Policy) that on paper shows this block alone.
 * On screen it is never visible, and both go when the printing ends. The title of the page stays what it is: a browser
 * would keep it in its history.
 */

const BLOCK = 'wegwijzer-blad';

const PAGE = `body>${BLOCK}{all:initial!important;display:none!important}
@media print{@page{margin:14mm}html,body{display:block!important;background:#fff!important;margin:0!important;border:0!important;padding:0!important;width:auto!important;height:auto!important;overflow:visible!important}
body>:not(${BLOCK}){display:none!important}body>${BLOCK}{display:block!important}}`;

const SHEET = `main{color:#1f2328;font:11.5pt/1.4 Arial,Helvetica,sans-serif}
.stap{margin:0;color:#24578f;font-weight:700}h1{margin:0 0 2mm;font-size:22pt;line-height:1.2}h2{margin:3.5mm 0 .5mm;font-size:11.5pt;color:#24578f}p{margin:0 0 1mm}
.wat{font-size:13pt;margin-block-end:5mm}.twee{display:grid;grid-template-columns:42% 1fr;gap:8mm;align-items:start}.twee>div>h2:first-child{margin-block-start:0}
svg{inline-size:100%;block-size:auto;border:.3mm solid #c9d3dd;border-radius:2mm}
main{overflow-wrap:anywhere}section,footer{break-inside:avoid}footer{margin-block-start:7mm;border-block-start:.3mm solid #4d5660}footer h2{color:inherit}.klein{font-size:9.5pt;color:#4d5660;margin-block-start:3mm}`;

let tidy: (() => void) | null = null;

/** Prints this content. Gives a function that takes it away at once, for "stop en wis" and "verlaat deze pagina snel". */
export function printAlone(content: readonly Node[]): () => void {
  tidy?.();
  const block = document.createElement(BLOCK);
  block.lang = 'nl';
  const root = block.attachShadow({ mode: 'closed' });
  root.adoptedStyleSheets = [stylesheet(SHEET)];
  const sheet = document.createElement('main');
  sheet.append(...content);
  root.append(sheet);
  const page = stylesheet(PAGE);
  const clear = () => {
    block.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== page);
    removeEventListener('afterprint', clear);
    if (tidy === clear) tidy = null;
  };
  tidy = clear;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, page];
  document.body.append(block);
  addEventListener('afterprint', clear);
  print();
  return clear;
}

function stylesheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
