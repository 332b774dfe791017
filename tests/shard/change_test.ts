import { assertEquals, assertRejects } from "@std/assert";
import { UnknownOutcomeError } from "../../kv/errors.ts";
import { ChangeDriver, type ChangeEnd, emptyMap, type Plan, type RecordStore } from "../../shard/mod.ts";
import { World } from "../sim/mod.ts";

/** A plan for a store of one shard that stays nobody's: no group has to be asked. */
function planOf(after: number, server: string): Plan {
  return { kind: "plan", after, owners: [0], groups: new Map([[1, [server]]]) };
}

/** `maybe`: done, and nobody knows. `late`: nobody knows, and it is done when the next write comes. */
type Word = "maybe" | "late";

/** One place for the record; somebody may come between a write and whoever has written. */
class Place implements RecordStore {
  #stored: { readonly value: string; readonly version: number } | null = null;
  readonly #words: Word[] = [];
  #late: { readonly value: string; readonly version: number } | null = null;
  between: (() => Promise<unknown>)[] = [];

  /** What the next writes say, whatever comes of them. */
  say(...words: Word[]): void {
    this.#words.push(...words);
  }

  read(): ReturnType<RecordStore["read"]> {
    return Promise.resolve(this.#stored);
  }

  async write(value: string, version: number): ReturnType<RecordStore["write"]> {
    if (this.#late !== null) this.#stored = this.#late;
    this.#late = null;
    const word = this.#words.shift();
    const fits = version === (this.#stored?.version ?? 0);
    const next = { value, version: version + 1 };
    if (word === "late") this.#late = next;
    else if (fits) this.#stored = next;
    await this.between.shift()?.();
    return word !== undefined ? "maybe" : fits ? "written" : "mismatch";
  }
}

/** How the change to the plan of server `a` ends, where another driver does something behind its first writes. */
async function ended(
  prepare: (place: Place, other: ChangeDriver) => void,
): Promise<{ end: ChangeEnd | Error; map: number }> {
  const world = new World({ seed: 1 });
  const runtime = world.machine("driver").boot(() => {});
  const calls = { to: () => ({ call: () => Promise.reject(new Error("nobody is asked")), close: () => {} }) };
  const place = new Place();
  const driver = () => new ChangeDriver({ runtime, calls, store: place, shards: 1 });
  prepare(place, driver());
  const end = await driver().change(planOf(0, "a")).catch((error) => error);
  world.end();
  return { end, map: (await driver().current()).number };
}

const kindOf = (end: ChangeEnd | Error) => end instanceof Error ? end.message : end.kind;
const serversOf = (end: ChangeEnd | Error) =>
  !(end instanceof Error) && end.kind === "committed" && `${end.map.number} at ${end.map.groups.get(1)}`;

Deno.test("a change that another driver finishes before this one looks again is not said to be lost, even after two maps", async () => {
  const once = await ended((place, other) => place.between = [() => other.recover()]);
  assertEquals([serversOf(once.end), once.map], ["1 at a", 1]);
  const twice = await ended((place, other) =>
    place.between = [async () => {
      await other.recover();
      await other.change(planOf(1, "b"));
    }]
  );
  assertEquals([serversOf(twice.end), twice.map], ["1 at a", 2]);
});

Deno.test("of a write of which nobody knows whether it was done the next map tells, and if that is past nobody claims to know", async () => {
  const told = await ended((place, other) => {
    place.say("maybe");
    place.between = [() => other.recover()];
  });
  assertEquals(serversOf(told.end), "1 at a");
  const later = await ended((place, other) => {
    place.say("maybe");
    place.between = [async () => {
      await other.recover();
      await other.change(planOf(1, "b"));
    }];
  });
  assertEquals([later.end instanceof UnknownOutcomeError, later.map], [true, 2]);
  // It comes just before the second try, which is refused for it.
  const late = await ended((place, other) => {
    place.say("late");
    place.between = [() => Promise.resolve(), async () => {
      await other.recover();
      await other.change(planOf(1, "b"));
    }];
  });
  assertEquals([late.end instanceof UnknownOutcomeError, late.map], [true, 2]);
});

Deno.test("a change whose place another plan took is lost, also if it says so after two maps", async () => {
  for (const further of [false, true]) {
    const { end, map } = await ended((place, other) => {
      // Read before, written after: the other driver is first.
      const read = place.read.bind(place);
      let first = true;
      place.read = async () => {
        const found = await read();
        if (!first) return found;
        first = false;
        await other.change(planOf(0, "b"));
        if (further) await other.change(planOf(1, "c"));
        return found;
      };
    });
    assertEquals([kindOf(end), map], ["lost", further ? 2 : 1]);
  }
});

Deno.test("a plan of another number of shards is refused before it stands in the record, where no driver could carry it out", async () => {
  const world = new World({ seed: 1 });
  const runtime = world.machine("driver").boot(() => {});
  const calls = { to: () => ({ call: () => Promise.reject(new Error("nobody is asked")), close: () => {} }) };
  const place = new Place();
  const driver = new ChangeDriver({ runtime, calls, store: place, shards: 1 });
  await assertRejects(
    () => driver.change({ ...planOf(0, "a"), owners: [0, 0] }),
    RangeError,
    "Cannot commit",
  );
  assertEquals([await place.read(), await driver.recover()], [null, emptyMap(1)]);
  assertEquals((await driver.change(planOf(0, "a"))).kind, "committed");
  world.end();
});
