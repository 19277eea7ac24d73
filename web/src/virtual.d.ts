declare module 'virtual:stijl' {
  /** The stylesheet of the chat, made by build/plugin.ts. */
  const css: string;
  export default css;
}
