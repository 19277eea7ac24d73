/** Gives a shadow root its stylesheet without a line of inline style. */

import css from 'virtual:stijl';

/** The script's own address: beside it lies the same stylesheet as a file, for browsers that cannot make one. */
const SCRIPT = (document.currentScript as HTMLScriptElement | null)?.src ?? '';

let sheet: CSSStyleSheet | null = null;

export function kleed(root: ShadowRoot): void {
  if ('adoptedStyleSheets' in root && typeof CSSStyleSheet.prototype.replaceSync === 'function') {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
  }
}

/** The link that such an old browser (Safari before 16.4) needs in the shadow root; null in any other. */
export function stijlLink(): HTMLLinkElement | null {
  if ('adoptedStyleSheets' in Document.prototype || !SCRIPT) return null;
  const made = document.createElement('link');
  made.rel = 'stylesheet';
  made.href = new URL('wegwijzer-chat.css', SCRIPT).href;
  return made;
}
