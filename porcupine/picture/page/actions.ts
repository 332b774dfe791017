import type { Choice } from "./layout.ts";

/** Everything that can be asked of the page, by pointer, key or list. */
export interface Actions {
  select(i: number): void;
  change(change: Partial<Choice>): void;
  /** Shows a stretch of the axis. */
  show(span: { from: number; to: number }): void;
  scroll(top: number): void;
  find(text: string): void;
  /** Goes to the contradiction, or to its next operation. */
  toCore(): void;
  switchTheme(): void;
}
