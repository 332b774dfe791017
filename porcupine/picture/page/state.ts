import type { PageDocument, PageWindow } from "./dom.ts";
import type { Layout } from "./layout.ts";
import type { PageScene } from "./scene.ts";
import type { Theme } from "./theme.ts";
import type { View } from "./view.ts";

/** What a search found. */
export interface Found {
  readonly text: string;
  /** Operations by call; those hidden now are among them. */
  readonly list: Int32Array;
  /** 1 for each of them. */
  readonly is: Uint8Array;
}

/** Everything that changes while the page is looked at. */
export interface PageState {
  readonly doc: PageDocument;
  readonly win: PageWindow;
  readonly scene: PageScene;
  theme: Theme;
  layout: Layout;
  view: View;
  /** An operation, or an annotation as -2 minus its index; -1 for none. */
  hovered: number;
  selected: number;
  found: Found | null;
  /** Draws everything again at the next frame. */
  redraw(): void;
}

/** The annotation that a selection stands for; -1 if it is an operation or nothing. */
export function noteOf(selection: number): number {
  return selection <= -2 ? -2 - selection : -1;
}

/** The selection that stands for an annotation. */
export function selectionOfNote(note: number): number {
  return -2 - note;
}
