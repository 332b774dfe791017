import type { SceneFacts } from "../facts.ts";
import { PART_VERDICTS } from "./columns.ts";
import { byId, make, makeButton, type PageElement } from "./dom.ts";
import { type Choice, rowsOfClients } from "./layout.ts";
import { longList } from "./list.ts";
import type { PageScene } from "./scene.ts";
import type { PageState } from "./state.ts";
import { inkOf } from "./theme.ts";

/** What the sidebar can ask for. */
export interface SidebarActions {
  select(i: number): void;
  change(change: Partial<Choice>): void;
}

/** What keeps the sidebar up to date. */
export interface Sidebar {
  refresh(): void;
}

/** Fills the sidebar. */
export function buildSidebar(state: PageState, actions: SidebarActions): Sidebar {
  const parts = [
    coreList(state, actions),
    partitionList(state, actions),
    nameList(state, actions),
    clientList(state, actions),
  ];
  return { refresh: () => parts.forEach((part) => part.refresh()) };
}

/** The operations of the contradiction, by call. */
export function coreByCall(scene: PageScene): number[] {
  return [...scene.core].sort((a, b) => scene.callTime[a] - scene.callTime[b] || a - b);
}

function coreList(state: PageState, actions: SidebarActions): Sidebar {
  const { doc, scene } = state;
  const section = byId(doc, "core-section");
  const core = coreByCall(scene);
  section.hidden = core.length === 0;
  if (core.length === 0) return { refresh: () => {} };
  const list = byId(doc, "core");
  const rows = core.map((i) => {
    const where = scene.lines === null
      ? `client ${scene.clients[scene.client[i]]}`
      : `client ${scene.clients[scene.client[i]]}, ${scene.facts.lineName} ${scene.lines[i]}`;
    return makeButton(doc, i === scene.facts.pivot ? "op pivot" : "op", [
      make(doc, "span", "text", scene.text.at(i)),
      make(doc, "span", "where", where),
      ...(i === scene.facts.pivot ? [make(doc, "span", "why", "first impossible answer")] : []),
    ], () => actions.select(i));
  });
  list.replaceChildren(...rows.map((row) => make(doc, "li", "", row)));
  byId(doc, "core-note").textContent = coreNote(core.length, scene.facts);
  return {
    refresh: () =>
      rows.forEach((row, n) => row.setAttribute("aria-current", String(core[n] === state.selected))),
  };
}

/** One answer that is not known to be a whole core is where a check ended that did not ask further. */
function coreNote(
  size: number,
  { coreIsMinimal: isMinimal, coreStandsAlone }: Pick<SceneFacts, "coreIsMinimal" | "coreStandsAlone">,
): string {
  if (!coreStandsAlone) {
    const given = "Given the answers to all that was called before";
    return size === 1
      ? `${given} it, this answer is impossible.`
      : `${given} the first of these ${size}, they contradict each other. Doubt any one of them, and the rest can be explained.`;
  }
  if (size === 1) {
    return isMinimal ? "This answer alone is impossible." : "No order was found that explains it.";
  }
  const all = `These ${size} answers contradict each other.`;
  return isMinimal ? `${all} Doubt any one of them, and the rest can be explained.` : all;
}

/** The verdicts that a reader looks for first. */
const URGENCY = [3, 0, 1, 2] as const;

function partitionList(state: PageState, actions: SidebarActions): Sidebar {
  const { doc, scene } = state;
  const { parts, facts } = scene;
  byId(doc, "parts-section").hidden = facts.partCount < 2;
  if (facts.partCount < 2) return { refresh: () => {} };
  const all = Array.from({ length: facts.partCount }, (_, p) => p)
    .sort((a, b) => URGENCY[parts.verdict[a]] - URGENCY[parts.verdict[b]] || a - b);
  let shown = all;
  const list = longList(doc, byId(doc, "parts"), (n) => {
    const p = shown[n];
    const verdict = PART_VERDICTS[parts.verdict[p]];
    const row = makeButton(doc, "row", [
      make(doc, "span", `dot ${verdict}`),
      make(doc, "span", "name", parts.key[p] === "" ? "(empty key)" : parts.key[p]),
      make(doc, "span", "count", parts.size[p].toLocaleString("en-US")),
    ], () => actions.change({ scope: "part", part: p }));
    row.title = `${parts.key[p]}: ${verdict}`;
    row.setAttribute("aria-label", `${row.title}, ${operationsOf(parts.size[p])}`);
    const { scope, part } = state.layout.choice;
    row.setAttribute("aria-current", String(scope === "part" && part === p));
    return row;
  });
  const filter = byId(doc, "parts-filter");
  filter.hidden = facts.partCount < 12;
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    shown = all.filter((p) => parts.key[p].toLowerCase().includes(wanted));
    list.show(shown.length);
  });
  const tally = PART_VERDICTS.map((verdict, v) =>
    [verdict, all.filter((p) => parts.verdict[p] === v).length] as const
  );
  byId(doc, "parts-tally").textContent = tally.filter(([, n]) => n > 0)
    .map(([verdict, n]) => `${n.toLocaleString("en-US")} ${verdict}`).join(", ");
  list.show(shown.length);
  return list;
}

function nameList(state: PageState, actions: SidebarActions): Sidebar {
  const { doc, scene: { names } } = state;
  const host = byId(doc, "names");
  const rows = names.list.map((name, n) => {
    const swatch = make(doc, "span", "swatch");
    const toggle = check(state, [swatch, make(doc, "span", "name", name)], names.counts[n], () => {
      actions.change({ hiddenNames: toggled(state.layout.choice.hiddenNames, n) });
    });
    return { ...toggle, swatch, n };
  });
  host.replaceChildren(...rows.map(({ label }) => label));
  return {
    refresh: () => {
      for (const { box, swatch, n } of rows) {
        const ink = inkOf(n, state.theme.dark);
        swatch.style.background = ink.fill;
        swatch.style.borderColor = ink.line;
        box.checked = !state.layout.choice.hiddenNames.has(n);
      }
    },
  };
}

function clientList(state: PageState, actions: SidebarActions): Sidebar {
  const { doc, scene } = state;
  const counts = new Int32Array(scene.facts.clientCount);
  for (let i = 0; i < scene.count; i++) counts[scene.client[i]]++;
  const lanes = [...new Set(scene.facts.annotations.map(({ lane }) => lane))];
  const groups = [...new Set([...lanes, ...scene.groups])].filter((group) => group !== "");
  const order = rowsOfClients(scene);
  const list = longList(doc, byId(doc, "clients"), (n) => {
    if (n < groups.length) return groupRow(state, groups[n], actions);
    const c = order[n - groups.length];
    const row = check(state, [make(doc, "span", "name", `client ${scene.clients[c]}`)], counts[c], () => {
      actions.change({ hiddenClients: toggled(state.layout.choice.hiddenClients, c) });
    });
    row.box.checked = !state.layout.choice.hiddenClients.has(c);
    return row.label;
  });
  list.show(groups.length + scene.facts.clientCount);
  const all = byId(doc, "show-all");
  all.addEventListener("click", () => {
    actions.change({ hiddenClients: new Set(), hiddenGroups: new Set(), hiddenNames: new Set() });
  });
  return {
    refresh: () => {
      const { hiddenClients, hiddenGroups, hiddenNames } = state.layout.choice;
      const hidden = hiddenClients.size + hiddenGroups.size + hiddenNames.size;
      all.hidden = hidden === 0;
      list.refresh();
    },
  };
}

function groupRow(state: PageState, group: string, actions: SidebarActions): PageElement {
  const row = check(state, [make(state.doc, "span", "name group", group)], -1, () => {
    actions.change({ hiddenGroups: toggled(state.layout.choice.hiddenGroups, group) });
  });
  row.box.checked = !state.layout.choice.hiddenGroups.has(group);
  return row.label;
}

function check(
  { doc }: PageState,
  children: PageElement[],
  count: number,
  change: () => void,
): { label: PageElement; box: PageElement } {
  const box = make(doc, "input", "");
  box.type = "checkbox";
  box.addEventListener("change", change);
  const label = make(doc, "label", "row", box, ...children);
  if (count >= 0) {
    label.append(make(doc, "span", "count", count.toLocaleString("en-US")));
    // "client 0" beside "64" would be read out as one.
    box.setAttribute(
      "aria-label",
      `${children.map((child) => child.textContent).join("")}, ${operationsOf(count)}`,
    );
  }
  return { label, box };
}

function operationsOf(count: number): string {
  return `${count.toLocaleString("en-US")} operation${count === 1 ? "" : "s"}`;
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
