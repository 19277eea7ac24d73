/**
 * The theme: the one place to change for another municipality.
 *
 * Two files of custom properties from an npm package with NL Design System tokens. Only the tokens that the chat uses
 * get into the build. The tokens of Utrecht are the city's own: they come from npm at build time and are not committed.
 */
export const THEME = {
  light: '@utrecht/design-tokens/dist/root.css',
  dark: '@utrecht/design-tokens/dist/dark/root.css',
} as const;

/** The parts of the component library that the chat is made of. */
export const COMPONENTS = ['button', 'link', 'textarea', 'form-label'] as const;

/** The parts of the console of colleagues (`console/`). */
export const CONSOLE_COMPONENTS = [
  'alert', 'button', 'form-label', 'heading-1', 'heading-2', 'link', 'paragraph', 'select', 'skip-link', 'status-badge', 'table',
  'textarea', 'textbox', 'unordered-list',
] as const;

/** The parts of the demonstration page. */
export const DEMO_COMPONENTS = ['heading-1', 'heading-2', 'paragraph', 'unordered-list', 'link', 'skip-link'] as const;
