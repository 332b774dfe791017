/**
 * The little of a browser that the page uses. Declared here, so that everything else is checked without the browser's global names.
 * @module
 */

/** An event. */
export interface PageEvent {
  readonly key: string;
  readonly clientX: number;
  readonly deltaY: number;
  readonly ctrlKey: boolean;
  preventDefault(): void;
}

/** An element. */
export interface PageElement {
  textContent: string | null;
  innerHTML: string;
  readonly clientWidth: number;
  readonly dataset: { [name: string]: string };
  addEventListener(
    type: string,
    listener: (event: PageEvent) => void,
    options?: { readonly passive: boolean },
  ): void;
  setAttribute(name: string, value: string): void;
  getBoundingClientRect(): { readonly left: number; readonly width: number };
}

/** A document. */
export interface PageDocument {
  readonly documentElement: PageElement;
  getElementById(id: string): PageElement | null;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}
