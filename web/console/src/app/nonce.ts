/** The nonce that the content security policy of this answer names. */
export const nonce = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";

/**
 * Gives every style sheet that is made on the page the nonce. Some parts of Ant Design (locking the page's scrolling,
 * measuring scroll bars) add one without being able to be told. Whoever could misuse this runs on the page already.
 */
export function signStyles(): void {
  const create = document.createElement.bind(document);
  const signed = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(name, options);
    if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  document.createElement = signed as typeof document.createElement;
}
