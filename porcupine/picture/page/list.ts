import { make, type PageDocument, type PageElement } from "./dom.ts";

/** A list of which only the rows in sight exist. */
export interface LongList {
  /** Shows other rows. */
  show(count: number): void;
  /** Draws the rows in sight again. */
  refresh(): void;
}

/** The height of a row, as the style sheet has it. */
export const ROW_HEIGHT = 26;

/** Turns an element into a list; `row` makes the n-th row. */
export function longList(doc: PageDocument, host: PageElement, row: (n: number) => PageElement): LongList {
  const sheet = make(doc, "div", "sheet");
  host.append(sheet);
  let total = 0;
  const refresh = (): void => {
    const first = Math.max(0, Math.floor(host.scrollTop / ROW_HEIGHT) - 4);
    const rows = Math.ceil(Math.max(host.clientHeight, 240) / ROW_HEIGHT) + 8;
    const shown: PageElement[] = [];
    for (let n = first; n < Math.min(total, first + rows); n++) {
      const element = row(n);
      element.style.top = `${n * ROW_HEIGHT}px`;
      shown.push(element);
    }
    sheet.replaceChildren(...shown);
  };
  host.addEventListener("scroll", refresh);
  return {
    refresh,
    show: (count) => {
      total = count;
      sheet.style.height = `${count * ROW_HEIGHT}px`;
      refresh();
    },
  };
}
