import type { Actions } from "./actions.ts";
import { byId, make, type PageDocument, type PageEvent } from "./dom.ts";
import { nextFound } from "./find.ts";
import { across, central, inOrder, neighbour, outermost } from "./hit.ts";
import type { PageState } from "./state.ts";
import { GUTTER, whole, zoomed } from "./view.ts";

/** The keys and what they do, for the help page; `handleKey` below carries them out. */
export const KEYS: readonly (readonly [string, string])[] = [
  ["\u2190 \u2192", "operation before, after in its row"],
  ["\u2191 \u2193", "row above, below"],
  ["[ ]", "before, after in the order"],
  ["Home End", "first, last operation"],
  ["+ -", "closer, farther"],
  ["< >", "move the window"],
  ["0", "everything in the window"],
  ["c", "the contradiction, one operation after the other"],
  ["1 2 3", "contradiction alone, one key, everything"],
  ["/", "search; Enter for the next match"],
  ["n N", "next, previous match"],
  ["h", "hide the client of the selected operation"],
  ["s", "show everything hidden"],
  ["t", "even steps or clock time"],
  ["d", "dark or light"],
  ["?", "this page"],
  ["Esc", "leave the search, the help, the selection"],
];

/** Listens to the keyboard. */
export function listenToKeys(state: PageState, actions: Actions): void {
  const { doc } = state;
  byId(doc, "keys").replaceChildren(
    ...KEYS.map(([keys, what]) =>
      make(
        doc,
        "div",
        "",
        make(doc, "dt", "", ...keys.split(" ").map((key) => make(doc, "kbd", "", key))),
        make(doc, "dd", "", what),
      )
    ),
  );
  byId(doc, "help").addEventListener("click", () => showHelp(doc, byId(doc, "help-page").hidden));
  byId(doc, "help-close").addEventListener("click", () => showHelp(doc, false));
  doc.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inField = event.target !== null && event.target.tagName === "INPUT" &&
      event.target.type !== "checkbox";
    if (inField ? handleSearchKey(state, actions, event) : handleKey(state, actions, event.key)) {
      event.preventDefault();
    }
  });
}

function handleSearchKey(state: PageState, actions: Actions, event: PageEvent): boolean {
  const field = event.target;
  if (field === null) return false;
  if (event.key === "Escape") {
    field.value = "";
    if (field === byId(state.doc, "search")) actions.find("");
    byId(state.doc, "lanes").focus();
    return true;
  }
  if (event.key !== "Enter" || field !== byId(state.doc, "search")) return false;
  const next = nextFound(state, event.shiftKey ? -1 : 1);
  if (next >= 0) actions.select(next);
  return true;
}

/** Opens or closes the help page. It takes the focus, so that it is read out, and gives it to the rows. */
function showHelp(doc: PageDocument, open: boolean): void {
  byId(doc, "help-page").hidden = !open;
  byId(doc, open ? "help-close" : "lanes").focus();
}

/** Carries out a key; answers whether it means anything. */
export function handleKey(state: PageState, actions: Actions, key: string): boolean {
  return moveByKey(state, actions, key) || zoomByKey(state, actions, key) || chooseByKey(state, actions, key);
}

function moveByKey(state: PageState, actions: Actions, key: string): boolean {
  const { selected } = state;
  const from = (move: (i: number) => number): boolean => {
    const next = selected >= 0 ? move(selected) : central(state);
    if (next >= 0) actions.select(next);
    return true;
  };
  switch (key) {
    case "ArrowLeft":
      return from((i) => neighbour(state, i, -1));
    case "ArrowRight":
      return from((i) => neighbour(state, i, 1));
    case "ArrowUp":
      return from((i) => across(state, i, -1));
    case "ArrowDown":
      return from((i) => across(state, i, 1));
    case "[":
      return from((i) => inOrder(state, i, -1));
    case "]":
      return from((i) => inOrder(state, i, 1));
    case "Home":
    case "End": {
      const target = outermost(state, key === "Home" ? "first" : "last");
      if (target >= 0) actions.select(target);
      return true;
    }
    case "n":
    case "N": {
      const next = nextFound(state, key === "n" ? 1 : -1);
      if (next >= 0) actions.select(next);
      return true;
    }
    case "c":
      actions.toCore();
      return true;
    default:
      return false;
  }
}

function zoomByKey(state: PageState, actions: Actions, key: string): boolean {
  const { view, layout } = state;
  const length = view.to - view.from;
  const middle = GUTTER + (view.width - GUTTER) / 2;
  switch (key) {
    case "+":
    case "=":
      actions.show(zoomed(layout, view, 1 / 1.5, middle));
      return true;
    case "-":
      actions.show(zoomed(layout, view, 1.5, middle));
      return true;
    case "<":
    case ",":
      actions.show({ from: view.from - length / 4, to: view.to - length / 4 });
      return true;
    case ">":
    case ".":
      actions.show({ from: view.from + length / 4, to: view.to + length / 4 });
      return true;
    case "0":
      actions.show(whole(layout));
      return true;
    default:
      return false;
  }
}

function chooseByKey(state: PageState, actions: Actions, key: string): boolean {
  const { doc, selected, scene, layout } = state;
  switch (key) {
    case "1":
    case "2":
    case "3": {
      const button = byId(doc, `scope-${["core", "part", "all"][Number(key) - 1]}`);
      if (!button.hidden) button.click();
      return true;
    }
    case "/":
      byId(doc, "search").focus();
      byId(doc, "search").select();
      return true;
    case "h":
      if (selected >= 0) {
        actions.change({ hiddenClients: new Set([...layout.choice.hiddenClients, scene.client[selected]]) });
      }
      return true;
    case "s":
      actions.change({ hiddenClients: new Set(), hiddenGroups: new Set(), hiddenNames: new Set() });
      return true;
    case "t":
      byId(doc, "axis").click();
      return true;
    case "d":
      actions.switchTheme();
      return true;
    case "?":
      showHelp(doc, byId(doc, "help-page").hidden);
      return true;
    case "Escape":
      if (!byId(doc, "help-page").hidden) showHelp(doc, false);
      else actions.select(-1);
      return true;
    default:
      return false;
  }
}
