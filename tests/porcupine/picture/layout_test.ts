import { assert, assertEquals } from "@std/assert";
import { kvModel } from "../../../porcupine/mod.ts";
import { timeAt, timeOfX, xOfTime } from "../../../porcupine/picture/page/axis.ts";
import { nextFound, search } from "../../../porcupine/picture/page/find.ts";
import { hitAt, inOrder, neighbour } from "../../../porcupine/picture/page/hit.ts";
import {
  type Choice,
  lastStarting,
  layOut,
  openingChoice,
  spanOf,
} from "../../../porcupine/picture/page/layout.ts";
import { densityOf } from "../../../porcupine/picture/page/overview.ts";
import { boxOf } from "../../../porcupine/picture/page/paint_bar.ts";
import type { PageScene } from "../../../porcupine/picture/page/scene.ts";
import type { PageState } from "../../../porcupine/picture/page/state.ts";
import { axisOf, laneTop, limited, pixelOf, whole, zoomed } from "../../../porcupine/picture/page/view.ts";
import { Random, randomHistory } from "../fuzz/random.ts";
import { kvShape } from "../fuzz/shapes.ts";
import { draw } from "./scenes.ts";

const ALL: Choice = {
  scope: "all",
  part: -1,
  hiddenClients: new Set(),
  hiddenGroups: new Set(),
  hiddenNames: new Set(),
  axis: "events",
};

async function sceneOf(seed: number, size: number): Promise<PageScene> {
  const history = randomHistory(kvShape({ keys: 2 }), size, new Random(seed));
  return (await draw(kvModel(), history)).scene;
}

for (const axis of ["events", "time"] as const) {
  Deno.test(`On the axis of ${axis} operations keep their order in time, and points lie within them in their order, seeds 1 to 40`, async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const scene = await sceneOf(seed, 4 + seed % 20);
      for (const choice of [{ ...ALL, axis }, { ...ALL, axis, scope: "part", part: 0 } as const]) {
        const layout = layOut(scene, choice);
        const { callX, returnX, pointX, extent } = layout.axis;
        for (let i = 0; i < scene.count; i++) {
          if (layout.shown[i] === 0) continue;
          assert(callX[i] >= 0 && callX[i] <= extent && returnX[i] >= callX[i], `seed ${seed}`);
          for (let j = 0; j < scene.count; j++) {
            if (layout.shown[j] === 0) continue;
            assertEquals(
              returnX[i] < callX[j],
              scene.returnTime[i] < scene.callTime[j],
              `seed ${seed}, ${i} before ${j}`,
            );
          }
        }
        let last = -1;
        scene.order.forEach((i, k) => {
          if (scene.parts.start.includes(k)) last = -1;
          if (layout.shown[i] === 0) return assert(Number.isNaN(pointX[k]));
          assert(pointX[k] >= callX[i] && pointX[k] <= returnX[i], `seed ${seed}: point ${k}`);
          assert(pointX[k] >= last, `seed ${seed}: point ${k} before the one before it`);
          last = pointX[k];
        });
      }
    }
  });
}

Deno.test("Rows hold each operation shown once, by call, and none that is hidden, seeds 1 to 30", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const scene = await sceneOf(seed, 12);
    const hidden = {
      ...ALL,
      hiddenClients: new Set([0]),
      hiddenNames: new Set([scene.names.list.length - 1]),
    };
    for (
      const choice of [
        ALL,
        hidden,
        { ...ALL, scope: "part", part: 0 } as const,
        { ...ALL, scope: "core" } as const,
      ]
    ) {
      const layout = layOut(scene, choice);
      const rows = layout.lanes.flatMap(({ items, client }) => [...items].map((i) => [i, client]));
      assertEquals(rows.length, layout.shownCount);
      for (const [i, client] of rows) {
        assertEquals([scene.client[i], layout.shown[i]], [client, 1]);
        assert(
          !choice.hiddenClients.has(client) && !choice.hiddenNames.has(scene.names.of[i]),
          `seed ${seed}`,
        );
        assertEquals(layout.lanes[layout.laneOf[client]].client, client);
      }
      for (const { items } of layout.lanes) {
        assert([...items].every((i, n) => n === 0 || scene.callTime[items[n - 1]] <= scene.callTime[i]));
      }
    }
  }
});

Deno.test("A place on the axis and its time go back and forth", async () => {
  const scene = await sceneOf(3, 15);
  for (const mode of ["events", "time"] as const) {
    const { axis } = layOut(scene, { ...ALL, axis: mode });
    for (const time of axis.times) assertEquals(timeOfX(axis, xOfTime(axis, time)), time);
  }
  const times = Float64Array.from([0, 10, 20]);
  assertEquals([timeAt(times, -1), timeAt(times, 0.5), timeAt(times, 2), timeAt(times, 9)], [0, 5, 20, 20]);
});

Deno.test("A history with a contradiction opens at it: by itself if it spans much, else among its neighbours", async () => {
  const op = (client: number, f: "get" | "append", value: string, callAt: number) =>
    f === "get"
      ? {
        client,
        callAt,
        input: { f, key: "x" },
        outcome: { status: "ok", returnAt: callAt + 1, output: { f, value } },
      } as const
      : {
        client,
        callAt,
        input: { f, key: "x", value },
        outcome: { status: "ok", returnAt: callAt + 1, output: { f } },
      } as const;
  const near = [op(0, "append", "a", 0), op(1, "get", "", 2)];
  const nearScene = (await draw(kvModel(), near)).scene;
  assertEquals(openingChoice(nearScene).scope, "all");
  const between = Array.from({ length: 100 }, (_, i) => op(0, "get", "a", 2 + 2 * i));
  const farScene = (await draw(kvModel(), [near[0], ...between, op(1, "get", "", 500)])).scene;
  const choice = openingChoice(farScene);
  assert([...farScene.core].length < 5 && choice.scope === "core", `${choice.scope}, ${[...farScene.core]}`);
  assertEquals(layOut(farScene, choice).shownCount, farScene.core.size);
});

Deno.test("What is under the pointer is what is drawn there, seeds 1 to 40", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const state = await stateOf(seed, 14);
    const { scene, layout, view } = state;
    for (let i = 0; i < scene.count; i++) {
      const { x, width } = boxOf(state, i);
      const y = laneTop(view, layout.laneOf[scene.client[i]]) + view.row / 2;
      const hit = hitAt(state, x + Math.min(width, 40) / 2, y);
      assertEquals(scene.client[hit], scene.client[i], `seed ${seed}, operation ${i}`);
      // At equal times two operations of a client may lie on top of each other.
      assert(hit === i || Math.abs(boxOf(state, hit).x - x) < 60, `seed ${seed}: ${hit} instead of ${i}`);
    }
    assertEquals(hitAt(state, 10, 300), -1);
    assertEquals(hitAt(state, 400, view.height + 900), -1);
  }
});

Deno.test("Steps along a row and along the order reach every operation", async () => {
  const state = await stateOf(5, 20);
  const { scene, layout } = state;
  for (const { items } of layout.lanes) {
    for (let n = 0; n + 1 < items.length; n++) {
      assertEquals([neighbour(state, items[n], 1), neighbour(state, items[n + 1], -1)], [
        items[n + 1],
        items[n],
      ]);
    }
    assertEquals(neighbour(state, items[items.length - 1], 1), items[items.length - 1]);
  }
  for (let part = 0; part < scene.facts.partCount; part++) {
    for (let k = scene.parts.start[part]; k + 1 < scene.parts.start[part + 1]; k++) {
      assertEquals(inOrder(state, scene.order[k], 1), scene.order[k + 1]);
      assertEquals(inOrder(state, scene.order[k + 1], -1), scene.order[k]);
    }
  }
});

Deno.test("A search finds by words, client, key, line and state, and goes round", async () => {
  const state = await stateOf(9, 20);
  const { scene } = state;
  const found = (text: string): number[] => [...search(scene, text)?.list ?? []];
  assertEquals(search(scene, "  "), null);
  assertEquals(found("client:0").every((i) => scene.clients[scene.client[i]] === "0"), true);
  assertEquals(found("GET").length, scene.names.counts[scene.names.list.indexOf("get")]);
  assertEquals(found("get key:k1").every((i) => scene.text.at(i).startsWith('get("k1"')), true);
  assertEquals(found("is:lost").every((i) => scene.returnTime[i] === Infinity), true);
  assertEquals(found("is:unplaced").every((i) => scene.position[i] < 0), true);
  assertEquals([found("is:core").length, found("is:nonsense").length], [scene.core.size, 0]);
  state.found = search(scene, "get");
  const list = [...state.found?.list ?? []];
  for (const i of list) {
    assertEquals(nextFound(state, 1), i);
    state.selected = i;
  }
  assertEquals(nextFound(state, 1), list[0]);
  assertEquals(nextFound(state, -1), list[list.length - 2]);
});

Deno.test("Zooming keeps the place under the pointer, and the window stays near the history", async () => {
  const { layout, view } = await stateOf(2, 20);
  const at = axisOf(view, 500);
  const closer = { ...view, ...zoomed(layout, view, 0.5, 500) };
  assert(Math.abs(pixelOf(closer, at) - 500) < 1e-6);
  for (const [from, to] of [[-1e9, 1e9], [5, 5], [1e6, 1e6 + 10], [-50, -40]]) {
    const limits = limited(layout, from, to);
    const all = whole(layout);
    assert(
      limits.from >= all.from - 1e-9 && limits.to <= all.to + 1e-9 && limits.to > limits.from,
      JSON.stringify(limits),
    );
  }
});

Deno.test("The overview counts the operations shown that are open at once, seeds 1 to 30", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const scene = await sceneOf(seed, 15);
    for (const choice of [ALL, { ...ALL, scope: "part", part: 0 } as const]) {
      const layout = layOut(scene, choice);
      const { callX, returnX, extent } = layout.axis;
      const most = densityOf(scene, layout, 5);
      const expected = [0, 0, 0, 0, 0];
      const shown = [...callX.keys()].filter((i) => layout.shown[i] === 1);
      for (const i of shown) {
        const column = Math.min(4, Math.floor(callX[i] / extent * 5));
        const open = shown.filter((j) => callX[j] <= callX[i] && returnX[j] > callX[i]).length;
        expected[column] = Math.max(expected[column], open);
      }
      for (let c = 0; c < 5; c++) {
        assert(most[c] >= expected[c], `seed ${seed}: ${[...most]} and ${expected}`);
      }
      assertEquals(Math.max(...most), Math.max(...expected), `seed ${seed}`);
    }
  }
});

Deno.test("The last item that starts by a place is found by halving", () => {
  const start = Float64Array.from([0, 2, 2, 5]);
  const items = Int32Array.from([0, 1, 2, 3]);
  assertEquals([-1, 0, 1, 2, 4, 5, 9].map((x) => lastStarting(items, start, x)), [-1, 0, 0, 2, 2, 3, 3]);
});

Deno.test("The span of operations covers calls, returns and points; a lost one counts with its call", async () => {
  const scene = await sceneOf(4, 15);
  const { axis } = layOut(scene, ALL);
  for (let i = 0; i < scene.count; i++) {
    const { from, to } = spanOf(scene, axis, [i]);
    assertEquals(from, axis.callX[i]);
    assert(to >= from && to <= axis.extent + 1);
    if (axis.returnX[i] !== Infinity) assert(to >= axis.returnX[i]);
  }
});

async function stateOf(seed: number, size: number): Promise<PageState> {
  const scene = await sceneOf(seed, size);
  const layout = layOut(scene, ALL);
  const view = { ...whole(layout), top: 0, width: 1200, height: 600, row: 30 };
  return {
    scene,
    layout,
    view,
    hovered: -1,
    selected: -1,
    found: null,
    redraw: () => {},
    // No page is needed to reckon where things are.
    doc: undefined as never,
    win: undefined as never,
    theme: undefined as never,
  };
}
