import { byId, make, type PageCanvas, type PageDocument, type PageWindow } from "./dom.ts";
import type { Actions } from "./actions.ts";
import { fillDetails } from "./details.ts";
import { search } from "./find.ts";
import type { SceneFacts } from "../facts.ts";
import { listenToKeys } from "./keys.ts";
import { type Choice, layOut, openingChoice, spanOf } from "./layout.ts";
import { densityOf, paintOverview } from "./overview.ts";
import { paintLanes } from "./paint.ts";
import { listenToPointer } from "./pointer.ts";
import { readScene } from "./scene.ts";
import { buildSidebar, type Sidebar } from "./sidebar.ts";
import type { PageState } from "./state.ts";
import { readTheme } from "./theme.ts";
import { around, AXIS_HEIGHT, contentHeight, laneTop, limited, rowHeight, whole } from "./view.ts";

/** Brings the page to life; the last line of its script calls this. */
export async function start(doc: PageDocument, win: PageWindow): Promise<void> {
  const facts: SceneFacts = JSON.parse(byId(doc, "history-facts").textContent ?? "");
  fillHead(doc, facts);
  const scene = await readScene(facts, byId(doc, "history-columns").textContent ?? "");
  const layout = layOut(scene, openingChoice(scene));
  const state: PageState = {
    doc,
    win,
    scene,
    layout,
    theme: readTheme(doc, win),
    view: { from: 0, to: 1, top: 0, width: 1, height: 1, row: 1 },
    hovered: -1,
    selected: -1,
    found: null,
    redraw: () => {},
  };
  new App(state).open();
}

const BADGES = { ok: "linearizable", illegal: "not linearizable", unknown: "not settled" } as const;

function fillHead(doc: PageDocument, facts: SceneFacts): void {
  byId(doc, "title").textContent = facts.title;
  byId(doc, "sentence").textContent = facts.sentence;
  const badge = byId(doc, "badge");
  badge.textContent = BADGES[facts.verdict];
  badge.className = `badge ${facts.verdict}`;
  const all = [["model", facts.model], ...facts.facts];
  byId(doc, "facts").replaceChildren(
    ...all.map(([name, value]) => make(doc, "li", "", `${name} `, make(doc, "b", "", value))),
  );
}

/** The page at work: owns the canvases and carries out what is asked. */
export class App implements Actions {
  readonly #state: PageState;
  readonly #lanes: PageCanvas;
  readonly #overview: PageCanvas;
  readonly #sidebar: Sidebar;
  #density: Float64Array = new Float64Array(0);
  #due = false;

  constructor(state: PageState) {
    this.#state = state;
    this.#lanes = byId(state.doc, "lanes") as PageCanvas;
    this.#overview = byId(state.doc, "overview") as PageCanvas;
    this.#sidebar = buildSidebar(state, this);
    state.redraw = () => this.#redraw();
  }

  /** Draws for the first time, at the contradiction if there is one. */
  open(): void {
    const state = this.#state;
    listenToPointer(state, this, this.#lanes, this.#overview);
    listenToKeys(state, this);
    this.#listen();
    this.#resize();
    const { pivot } = state.scene.facts;
    if (pivot >= 0 && state.layout.shown[pivot] === 1) state.selected = pivot;
    this.#home();
    this.#refresh();
    this.#draw();
    state.doc.documentElement.dataset.paintedMs = String(Math.round(state.win.performance.now()));
  }

  select(i: number): void {
    const state = this.#state;
    state.selected = i;
    if (i >= 0) {
      if (state.layout.shown[i] === 0) this.#uncover(i);
      this.#bringIntoView(i);
    }
    this.#refresh();
  }

  change(change: Partial<Choice>): void {
    const state = this.#state;
    const before = state.layout.choice;
    const choice: Choice = { ...before, ...change };
    state.layout = layOut(state.scene, choice);
    if (state.selected >= 0 && state.layout.shown[state.selected] === 0) state.selected = -1;
    state.hovered = -1;
    this.#measure();
    const moved = before.scope !== choice.scope || before.part !== choice.part || before.axis !== choice.axis;
    if (moved) this.#home();
    else this.show(state.view);
    this.#refresh();
  }

  show(span: { from: number; to: number }): void {
    const state = this.#state;
    state.view = { ...state.view, ...limited(state.layout, span.from, span.to) };
    this.#redraw();
  }

  scroll(top: number): void {
    byId(this.#state.doc, "stage").scrollTop = top;
  }

  find(text: string): void {
    const state = this.#state;
    state.found = search(state.scene, text);
    const { found } = state;
    const hidden = found === null ? 0 : found.list.reduce((n, i) => n + 1 - state.layout.shown[i], 0);
    byId(state.doc, "found").textContent = found === null
      ? ""
      : `${found.list.length.toLocaleString("en-US")} found` +
        (hidden > 0 ? `, ${hidden.toLocaleString("en-US")} out of sight` : "");
    this.#redraw();
  }

  toCore(): void {
    const { scene, selected } = this.#state;
    const core = [...scene.core].sort((a, b) => scene.callTime[a] - scene.callTime[b]);
    if (core.length === 0) return;
    this.select(core[(core.indexOf(selected) + 1) % core.length]);
  }

  switchTheme(): void {
    const root = this.#state.doc.documentElement;
    root.dataset.theme = this.#state.theme.dark ? "light" : "dark";
    this.#retheme();
  }

  /** The scope in which a hidden operation is seen. */
  #uncover(i: number): void {
    const { scene, layout } = this.#state;
    const { choice } = layout;
    const scope = scene.core.has(i) && choice.scope === "core"
      ? "core"
      : choice.scope === "part" && scene.part[i] !== choice.part
      ? "all"
      : choice.scope === "core"
      ? "part"
      : choice.scope;
    this.change({
      scope,
      part: scene.part[i],
      hiddenClients: without(choice.hiddenClients, scene.client[i]),
      hiddenGroups: without(choice.hiddenGroups, scene.groups[scene.client[i]]),
      hiddenNames: without(choice.hiddenNames, scene.names.of[i]),
    });
    this.#state.selected = i;
  }

  #bringIntoView(i: number): void {
    const { layout, view, scene } = this.#state;
    const span = spanOf(scene, layout.axis, [i]);
    const length = view.to - view.from;
    if (span.from < view.from || span.from > view.to) {
      const middle = span.to - span.from > length ? span.from : (span.from + span.to) / 2;
      this.show({ from: middle - length / 2, to: middle + length / 2 });
    }
    this.#rowsIntoView([layout.laneOf[scene.client[i]]]);
  }

  #rowsIntoView(rows: readonly number[]): void {
    const { view, layout } = this.#state;
    const first = Math.min(...rows);
    const last = Math.max(...rows);
    if (laneTop(view, first) >= AXIS_HEIGHT && laneTop(view, last + 1) <= view.height) return;
    const middle = AXIS_HEIGHT + (first + last + 1) / 2 * view.row;
    const wanted = Math.min(first * view.row, middle - view.height / 2);
    const top = Math.max(0, Math.min(wanted, contentHeight(layout, view) - view.height));
    // The canvas follows the scroll event, which comes later; the first picture must be right already.
    this.#state.view = { ...view, top };
    this.scroll(top);
  }

  /** Shows what a newcomer wants to see: the contradiction, the end of the order, or all of it. */
  #home(): void {
    const { scene, layout } = this.#state;
    const { axis, shown } = layout;
    const core = [...scene.core].filter((i) => shown[i] === 1);
    const { pivot } = scene.facts;
    if (core.length > 0) this.show(around(layout, spanOf(scene, axis, core)));
    else if (pivot >= 0 && shown[pivot] === 1) {
      const at = axis.callX[pivot];
      this.show({ from: at - axis.extent * 0.02 - 40, to: at + axis.extent * 0.02 + 40 });
    } else this.show(whole(layout));
    const rows = core.map((i) => layout.laneOf[scene.client[i]]);
    if (rows.length > 0) this.#rowsIntoView(rows);
  }

  #listen(): void {
    const { doc, win } = this.#state;
    win.addEventListener("resize", () => this.#resize());
    byId(doc, "stage").addEventListener("scroll", () => {
      const state = this.#state;
      state.view = { ...state.view, top: byId(doc, "stage").scrollTop };
      this.#redraw();
    });
    win.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#retheme());
    const box = byId(doc, "search");
    box.addEventListener("input", () => this.find(box.value));
    byId(doc, "theme").addEventListener("click", () => this.switchTheme());
    byId(doc, "axis").addEventListener("click", () => {
      this.change({ axis: this.#state.layout.choice.axis === "events" ? "time" : "events" });
    });
    for (const scope of ["core", "part", "all"] as const) {
      byId(doc, `scope-${scope}`).addEventListener(
        "click",
        () => this.change({ scope, ...this.#partFor(scope) }),
      );
    }
  }

  /** A partition to look at when none was chosen yet. */
  #partFor(scope: Choice["scope"]): Partial<Choice> {
    const { scene, layout, selected } = this.#state;
    if (scope !== "part" || layout.choice.part >= 0) return {};
    return { part: selected >= 0 ? scene.part[selected] : 0 };
  }

  #retheme(): void {
    this.#state.theme = readTheme(this.#state.doc, this.#state.win);
    this.#refresh();
  }

  /** The lists and panels; the canvases follow. */
  #refresh(): void {
    const { doc, layout, scene } = this.#state;
    this.#sidebar.refresh();
    for (const scope of ["core", "part", "all"] as const) {
      byId(doc, `scope-${scope}`).setAttribute("aria-pressed", String(layout.choice.scope === scope));
    }
    byId(doc, "scope-core").hidden = scene.core.size === 0;
    byId(doc, "scope-part").hidden = scene.facts.partCount < 2;
    byId(doc, "scope").hidden = scene.core.size === 0 && scene.facts.partCount < 2;
    byId(doc, "axis").setAttribute("aria-pressed", String(layout.choice.axis === "time"));
    byId(doc, "shown").textContent = layout.shownCount === scene.count
      ? `${scene.count.toLocaleString("en-US")} operations`
      : `${layout.shownCount.toLocaleString("en-US")} of ${scene.count.toLocaleString("en-US")} operations`;
    const nothing = byId(doc, "nothing");
    nothing.hidden = layout.shownCount > 0;
    if (scene.count === 0) nothing.textContent = "Nothing to show: no operation was recorded.";
    this.#redraw();
  }

  #resize(): void {
    const { doc, win } = this.#state;
    const stage = byId(doc, "stage");
    const size = { width: stage.clientWidth, height: stage.clientHeight };
    scale(this.#lanes, size, win.devicePixelRatio);
    const strip = byId(doc, "strip");
    scale(this.#overview, { width: strip.clientWidth, height: strip.clientHeight }, win.devicePixelRatio);
    this.#state.view = { ...this.#state.view, ...size };
    this.#measure();
    this.#refresh();
  }

  /** What depends on the layout and the window's size, not on where one looks. */
  #measure(): void {
    const { doc, scene, layout } = this.#state;
    const view = { ...this.#state.view, row: rowHeight(layout, this.#state.view.height) };
    this.#state.view = view;
    const height = Math.max(contentHeight(layout, view), view.height);
    byId(doc, "spacer").style.height = `${height - view.height}px`;
    this.#density = densityOf(scene, layout, Math.max(1, Math.floor(byId(doc, "strip").clientWidth / 2)));
  }

  #redraw(): void {
    if (this.#due) return;
    this.#due = true;
    this.#state.win.requestAnimationFrame(() => {
      this.#due = false;
      this.#draw();
    });
  }

  #draw(): void {
    const state = this.#state;
    const ratio = state.win.devicePixelRatio;
    const pen = this.#lanes.getContext("2d");
    const strip = this.#overview.getContext("2d");
    if (pen === null || strip === null) throw new Error("the browser does not draw on a canvas");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintLanes(pen, state);
    strip.setTransform(ratio, 0, 0, ratio, 0, 0);
    const size = byId(state.doc, "strip");
    paintOverview(strip, state, this.#density, { width: size.clientWidth, height: size.clientHeight });
    fillDetails(byId(state.doc, "details"), state, (i) => this.select(i));
    state.doc.documentElement.dataset.from = String(state.view.from);
    state.doc.documentElement.dataset.to = String(state.view.to);
    state.doc.documentElement.dataset.selected = String(state.selected);
  }
}

function scale(canvas: PageCanvas, size: { width: number; height: number }, ratio: number): void {
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
}

function without<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  if (!set.has(item)) return set;
  const next = new Set(set);
  next.delete(item);
  return next;
}
