import { clockText } from "./paint_order.ts";
import { FLAG } from "./columns.ts";
import { make, makeButton, type PageElement } from "./dom.ts";
import type { PageScene } from "./scene.ts";
import { noteOf, type PageState } from "./state.ts";
import { inOrder } from "./hit.ts";

/** What is known of one operation, for the panel and for those who hear the page instead of seeing it. */
export interface Details {
  readonly title: string;
  /** Name and value, in the order in which they are shown. */
  readonly rows: readonly (readonly [string, string])[];
  /** In a few words what is special about it. */
  readonly remarks: readonly { readonly kind: "bad" | "warn" | "plain"; readonly text: string }[];
}

/** Tells everything about an operation. */
export function detailsOf(scene: PageScene, i: number): Details {
  const { facts } = scene;
  const part = scene.part[i];
  const k = scene.position[i];
  const lost = (scene.flags[i] & FLAG.lost) !== 0;
  const rows: [string, string][] = [["client", scene.clients[scene.client[i]]]];
  if (facts.partCount > 1) rows.push(["key", scene.parts.key[part]]);
  if (scene.lines !== null) rows.push([facts.lineName, String(scene.lines[i])]);
  rows.push(["called", clockText(scene.callTime[i])]);
  rows.push(["returned", lost ? "never" : clockText(scene.returnTime[i])]);
  if (k >= 0) {
    const size = scene.parts.start[part + 1] - scene.parts.start[part];
    rows.push([
      "place",
      `${(k - scene.parts.start[part] + 1).toLocaleString("en-US")} of ${size.toLocaleString("en-US")}`,
    ]);
    const before = scene.state.before(part, k);
    const after = scene.state.after(part, k);
    rows.push(before === after ? ["state", after] : ["state", `${before} \u2192 ${after}`]);
  } else rows.push(["state", `${scene.state.atEnd(part)} where the longest order ends`]);
  return { title: scene.text.at(i), rows, remarks: remarksOf(scene, i) };
}

function remarksOf(scene: PageScene, i: number): Details["remarks"] {
  const { facts } = scene;
  const remarks: { kind: "bad" | "warn" | "plain"; text: string }[] = [];
  if (facts.verdict === "illegal" && facts.pivot === i) {
    remarks.push({ kind: "bad", text: "the first impossible answer" });
  } else if (facts.verdict === "unknown" && facts.pivot === i) {
    remarks.push({ kind: "warn", text: "up to this return everything is explained" });
  } else if (scene.core.has(i)) remarks.push({ kind: "bad", text: "part of the contradiction" });
  if (scene.illegalNext.has(i)) {
    remarks.push({ kind: "warn", text: "could come next, but no state there allows it" });
  }
  if ((scene.flags[i] & FLAG.lost) !== 0) {
    const text = scene.position[i] < 0
      ? "no answer; may take effect later, or never"
      : "no answer, yet it took effect";
    remarks.push({ kind: "plain", text });
  } else if (scene.position[i] < 0 && scene.parts.verdict[scene.part[i]] !== 3) {
    remarks.push({ kind: "plain", text: "has no place in the longest order" });
  }
  if (facts.doubted.includes(i)) {
    remarks.push({ kind: "warn", text: "placed, but its answer came later and does not fit" });
  }
  if ((scene.flags[i] & FLAG.failed) !== 0) remarks.push({ kind: "plain", text: "refused: changed nothing" });
  if ((scene.flags[i] & FLAG.maybe) !== 0) {
    remarks.push({ kind: "plain", text: "the answer leaves open whether it happened" });
  }
  return remarks;
}

/** Fills the panel with what is under the pointer, else with what is selected. */
export function fillDetails(host: PageElement, state: PageState, select: (i: number) => void): void {
  const { doc, scene } = state;
  const chosen = state.hovered !== -1 ? state.hovered : state.selected;
  const note = noteOf(chosen);
  if (note >= 0) {
    const { lane, text, detail, at, until } = scene.facts.annotations[note];
    const when = at === until ? clockText(at) : `${clockText(at)} to ${clockText(until)}`;
    host.replaceChildren(make(doc, "h2", "what", text), definitions(state, [[lane, when], ["", detail]]));
    return;
  }
  if (chosen < 0) {
    host.replaceChildren(
      make(
        doc,
        "p",
        "hint",
        "Point at an operation, or press an arrow key; ",
        make(doc, "kbd", "", "+"),
        " goes closer, ",
        make(doc, "kbd", "", "?"),
        " shows all keys.",
      ),
    );
    return;
  }
  const { title, rows, remarks } = detailsOf(scene, chosen);
  const chips = remarks.map(({ kind, text }) => make(doc, "span", `chip ${kind}`, text));
  const head = make(doc, "div", "head", make(doc, "h2", "what", title), ...chips);
  host.replaceChildren(head, definitions(state, rows), steps(state, chosen, select));
}

function definitions({ doc }: PageState, rows: Details["rows"]): PageElement {
  const list = make(doc, "dl", "");
  for (const [name, value] of rows) {
    if (value === "") continue;
    list.append(
      make(doc, "div", name === "state" ? "wide" : "", make(doc, "dt", "", name), make(doc, "dd", "", value)),
    );
  }
  return list;
}

function steps(state: PageState, i: number, select: (i: number) => void): PageElement {
  const { doc } = state;
  const row = make(doc, "div", "steps");
  for (
    const [step, label, key] of [[-1, "before it in the order", "["], [
      1,
      "after it in the order",
      "]",
    ]] as const
  ) {
    const target = inOrder(state, i, step);
    const button = makeButton(doc, "quiet", [make(doc, "kbd", "", key), ` ${label}`], () => select(target));
    button.disabled = target < 0;
    row.append(button);
  }
  return row;
}
