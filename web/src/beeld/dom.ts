/** Makes elements. Text only ever goes in as text, never as HTML, and nothing gets an inline style. */

export type Child = Node | string | null | false;
type Handlers = { readonly [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void };
export type Props = Handlers & { readonly [attribute: string]: unknown };

/** An element with attributes, listeners (`onclick`) and children; `false`, `null` and `undefined` are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else setAttribute(element, name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** Set, or take away when the value says there is none. Does nothing when it is already so, so that nothing is announced. */
export function setAttribute(element: Element, name: string, value: unknown): void {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== (value === true ? '' : String(value))) element.setAttribute(name, value === true ? '' : String(value));
}

/** Change a text only when it is another one: a live region says every change. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A button of the design system. */
export function button(kind: 'primary-action' | 'secondary-action' | 'subtle', label: string, onclick: () => void, props: Props = {}): HTMLButtonElement {
  const { class: more, ...rest } = props;
  return h('button', { type: 'button', class: `utrecht-button utrecht-button--${kind} ${more ?? ''}`.trim(), onclick: once(onclick), ...rest }, label);
}

/** The second click of a double click is no second wish. */
export function once(action: () => void): (event: MouseEvent) => void {
  return (event) => {
    if (event.detail < 2) action();
  };
}

/** A link; one that leaves the page tells no one where it came from. */
export function link(href: string, label: string, props: Props = {}): HTMLAnchorElement {
  const away = href.startsWith('http') ? { target: '_blank', rel: 'noopener noreferrer' } : {};
  return h('a', { class: 'utrecht-link utrecht-link--html-a', href, ...away, ...props }, label);
}

/** Read out, not seen. */
export function hidden(text: string): HTMLSpanElement {
  return h('span', { class: 'onzichtbaar' }, text);
}
