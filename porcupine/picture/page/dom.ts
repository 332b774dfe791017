/**
 * The little of a browser that the page uses. Declared here, so that the library is checked without the browser's global
 * names, under which a forgotten variable (`name`, `event`, `status`) would go unnoticed.
 *
 * @module
 */

/** What an event handler looks at. */
export interface PageEvent {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly button: number;
  readonly pointerId: number;
  readonly clientX: number;
  readonly clientY: number;
  readonly deltaX: number;
  readonly deltaY: number;
  readonly target: PageElement | null;
  preventDefault(): void;
}

/** An element. */
export interface PageElement {
  textContent: string | null;
  className: string;
  hidden: boolean;
  disabled: boolean;
  value: string;
  checked: boolean;
  type: string;
  title: string;
  tabIndex: number;
  scrollTop: number;
  readonly tagName: string;
  readonly clientWidth: number;
  readonly clientHeight: number;
  readonly style: { [name: string]: string };
  readonly dataset: { [name: string]: string };
  append(...children: (PageElement | string)[]): void;
  replaceChildren(...children: (PageElement | string)[]): void;
  setAttribute(name: string, value: string): void;
  addEventListener(type: string, handler: (event: PageEvent) => void, options?: { passive: boolean }): void;
  setPointerCapture(pointerId: number): void;
  focus(): void;
  click(): void;
  blur(): void;
  select(): void;
  getBoundingClientRect(): { left: number; top: number; width: number; height: number };
}

/** A drawing surface. */
export interface PageCanvas extends PageElement {
  width: number;
  height: number;
  getContext(kind: "2d"): Pen | null;
}

/** What draws on it. */
export interface Pen {
  fillStyle: string | object;
  strokeStyle: string;
  lineWidth: number;
  font: string;
  globalAlpha: number;
  textBaseline: string;
  textAlign: string;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { width: number };
  setLineDash(lengths: number[]): void;
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  rect(x: number, y: number, width: number, height: number): void;
  roundRect(x: number, y: number, width: number, height: number, radii: number | number[]): void;
  createLinearGradient(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
  ): { addColorStop(at: number, colour: string): void };
  stroke(): void;
  fill(): void;
  clip(): void;
  save(): void;
  restore(): void;
}

/** The document. */
export interface PageDocument {
  readonly documentElement: PageElement;
  readonly body: PageElement;
  readonly activeElement: PageElement | null;
  title: string;
  getElementById(id: string): PageElement | null;
  createElement(name: string): PageElement;
  addEventListener(type: string, handler: (event: PageEvent) => void): void;
}

/** A media query. */
export interface PageQuery {
  readonly matches: boolean;
  addEventListener(type: string, handler: () => void): void;
}

/** The window. */
export interface PageWindow {
  readonly devicePixelRatio: number;
  readonly performance: { now(): number };
  requestAnimationFrame(callback: () => void): number;
  addEventListener(type: string, handler: (event: PageEvent) => void): void;
  getComputedStyle(element: PageElement): { getPropertyValue(name: string): string };
  matchMedia(query: string): PageQuery;
}

/** The element of that id, which the page's markup is known to have. */
export function byId(doc: PageDocument, id: string): PageElement {
  const found = doc.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found;
}

/** A new element with a class and children. */
export function make(
  doc: PageDocument,
  name: string,
  className: string,
  ...children: (PageElement | string)[]
): PageElement {
  const element = doc.createElement(name);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

/** A button. */
export function makeButton(
  doc: PageDocument,
  className: string,
  children: (PageElement | string)[],
  press: () => void,
): PageElement {
  const button = make(doc, "button", className, ...children);
  button.type = "button";
  button.addEventListener("click", press);
  return button;
}
