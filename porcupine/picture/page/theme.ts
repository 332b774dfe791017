import type { PageDocument, PageWindow } from "./dom.ts";

/** Colours of one kind of operation. */
export interface Ink {
  readonly fill: string;
  readonly line: string;
  readonly text: string;
  /** The filling with nothing of it left, to fade to. */
  readonly clear: string;
}

/** Everything the canvas needs to know of the page's colours. */
export interface Theme {
  readonly dark: boolean;
  readonly ground: string;
  readonly stripe: string;
  readonly rule: string;
  readonly text: string;
  readonly soft: string;
  readonly accent: string;
  readonly bad: string;
  readonly badFill: string;
  readonly warn: string;
  readonly found: string;
  readonly mono: string;
  readonly sans: string;
}

/** Red and amber are not among them: those mean something. */
const HUES = [212, 155, 270, 190, 320, 235, 95, 295] as const;

/** The colours of the n-th kind of operation. */
export function inkOf(number: number, dark: boolean): Ink {
  const hue = HUES[number % HUES.length];
  const ink = (fill: string, line: string, text: string): Ink => ({
    fill: `hsl(${hue} ${fill})`,
    line: `hsl(${hue} ${line})`,
    text: `hsl(${hue} ${text})`,
    clear: `hsl(${hue} ${fill} / 0)`,
  });
  return dark ? ink("36% 21%", "38% 44%", "70% 84%") : ink("72% 93%", "42% 64%", "62% 26%");
}

/** The colours that a caller's one colour stands for. */
export function inkFrom(colour: string, theme: Theme): Ink {
  return {
    fill: `color-mix(in srgb, ${colour} ${theme.dark ? 34 : 18}%, ${theme.ground})`,
    line: colour,
    text: theme.text,
    clear: theme.ground,
  };
}

/** Reads the colours from the style sheet, which knows whether it is dark. */
export function readTheme(doc: PageDocument, win: PageWindow): Theme {
  const style = win.getComputedStyle(doc.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    dark: read("scheme") === "dark",
    ground: read("ground"),
    stripe: read("stripe"),
    rule: read("rule"),
    text: read("text"),
    soft: read("soft"),
    accent: read("accent"),
    bad: read("bad"),
    badFill: read("bad-fill"),
    warn: read("warn"),
    found: read("found"),
    mono: read("mono"),
    sans: read("sans"),
  };
}
