import { assertEquals, assertThrows } from "@std/assert";
import { found } from "../../shard/cli/founding.ts";
import { ShardController } from "../../shard/controller.ts";
import type { ControllerClerk } from "../../shard/controller_clerk.ts";
import { type ControllerCommand, encodeControllerCommand } from "../../shard/controller_codec.ts";
import type { Groups } from "../../shard/map.ts";
import { World } from "../sim/mod.ts";

const GROUPS: Groups = new Map([[1, ["a"]], [2, ["b"]]]);
const MOVED: Groups = new Map([[1, ["x"]], [2, ["b"]]]);

/** A controller by hand, whose clients' changes may be long on their way. */
class Hand {
  readonly machine = new ShardController(4);

  do(command: ControllerCommand): Promise<number> {
    const bytes = encodeControllerCommand(command);
    this.machine.check(bytes);
    this.machine.apply(bytes);
    return Promise.resolve(this.machine.latest.number);
  }

  /** A client; what it changes leaves when `sent` resolves. */
  client(sent: Promise<void> = Promise.resolve()): ControllerClerk {
    return {
      query: () => Promise.resolve(this.machine.latest),
      join: (groups: Groups) => sent.then(() => this.do({ op: "join", groups })),
      joinAfter: (after: number, groups: Groups) =>
        sent.then(() => this.do({ op: "joinAfter", after, groups })),
    } as unknown as ControllerClerk;
  }

  get members(): string {
    const { number, groups } = this.machine.latest;
    return `map ${number}: ${[...groups].map(([group, servers]) => `${group} at ${servers}`).join(", ")}`;
  }
}

/** Plays `script`; whoever founds in it leads. */
async function play(
  script: (
    founding: (admin: ControllerClerk, groups: Groups) => Promise<void>,
    world: World,
  ) => Promise<void>,
): Promise<void> {
  const world = new World({ seed: 1 });
  const { signal } = new AbortController();
  await world.play(
    () =>
      script(
        (admin, groups) => found(admin, groups, { clock: world.clock, signal, leads: () => true }),
        world,
      ),
    { untilMs: 10_000 },
  );
  world.end();
}

Deno.test("a cluster is founded once: all groups join, and whoever founds again after one was let go changes nothing", async () => {
  const hand = new Hand();
  await play(async (founding) => {
    await founding(hand.client(), GROUPS);
    assertEquals(hand.members, "map 1: 1 at a, 2 at b");
    await founding(hand.client(), GROUPS);
    assertEquals(hand.members, "map 1: 1 at a, 2 at b");
    hand.do({ op: "leave", groups: [1] });
    await founding(hand.client(), GROUPS);
    assertEquals(hand.members, "map 2: 2 at b");
    hand.do({ op: "leave", groups: [2] });
    await founding(hand.client(), GROUPS);
    assertEquals(hand.members, "map 3: ");
  });
});

Deno.test("a group that was let go does not come back by the founding of a process whose join was long on its way", async () => {
  const hand = new Hand();
  await play(async (founding) => {
    const late = Promise.withResolvers<void>();
    const first = founding(hand.client(late.promise), GROUPS);
    await founding(hand.client(), GROUPS);
    hand.do({ op: "leave", groups: [1] });
    assertEquals(hand.members, "map 2: 2 at b");
    late.resolve();
    await first;
    assertEquals(hand.members, "map 2: 2 at b");
  });
});

Deno.test("a group that was let go does not come back by word of its new servers that was long on its way, and who is a member still is told of all the same", async () => {
  for (const gone of [1, 2]) {
    const hand = new Hand();
    hand.do({ op: "join", groups: GROUPS });
    await play(async (founding) => {
      const late = Promise.withResolvers<void>();
      const first = founding(hand.client(late.promise), MOVED);
      hand.do({ op: "leave", groups: [gone] });
      late.resolve();
      await first;
      assertEquals(hand.members, gone === 1 ? "map 2: 2 at b" : "map 3: 1 at x");
    });
  }
});

Deno.test("whoever founds looks again for what came of it after a pause, and not before", async () => {
  await play(async (founding, world) => {
    const askedMs: number[] = [];
    const hand = new Hand();
    const admin = {
      ...hand.client(),
      query: () => {
        if (askedMs.push(world.clock.now()) > 100) throw new Error("asked without end");
        return Promise.resolve(hand.machine.latest);
      },
    } as unknown as ControllerClerk;
    await founding(admin, GROUPS);
    assertEquals(askedMs, [0, 100]);
  });
});

Deno.test("a group without servers, and group 0, cannot join after a map either", () => {
  const { machine } = new Hand();
  const join = (group: number, servers: string[]) =>
    machine.check(
      encodeControllerCommand({ op: "joinAfter", after: 0, groups: new Map([[group, servers]]) }),
    );
  join(1, ["a"]);
  assertThrows(() => join(1, []), RangeError, "without servers");
  assertThrows(() => join(0, ["a"]), RangeError, "Cannot join group 0");
});
