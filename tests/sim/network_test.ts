import { assert, assertEquals, assertThrows } from "@std/assert";
import { GOSSIP } from "./chatter.ts";
import type { Gossip } from "./chatter.ts";
import { LONG_REORDERING_REPLY, RELIABLE, UNRELIABLE_REQUEST } from "./conditions.ts";
import type { LinkConditions } from "./conditions.ts";
import { cutLinks } from "./shapes.ts";
import { World } from "./world.ts";
import type { WorldOptions } from "./world.ts";

interface Heard {
  readonly at: number;
  readonly from: string;
  readonly round: number;
}

/** Machines that only listen, and a way to let each speak. */
function listeners(names: readonly string[], options: Partial<WorldOptions> = {}) {
  const world = new World({ seed: 5, ...options });
  const heard: Record<string, Heard[]> = {};
  const say: Record<string, (to: string, round: number) => void> = {};
  for (const name of names) {
    heard[name] = [];
    world.machine(name).boot(({ network }) => {
      const receive = (from: string, { round }: Gossip) => heard[name].push({ at: world.nowMs, from, round });
      const port = network.open(GOSSIP, (from, message) => void receive(from, message));
      say[name] = (to, round) => port.send(to, { round, rumour: 0 });
    });
  }
  return { world, heard, say };
}

async function thousand(conditions: LinkConditions): Promise<{ delays: number[]; rounds: number[] }> {
  const { world, heard, say } = listeners(["a", "b"], { conditions });
  for (let round = 0; round < 1000; round++) say.a("b", round);
  await world.run();
  return { delays: heard.b.map(({ at }) => at), rounds: heard.b.map(({ round }) => round) };
}

Deno.test("a reliable network delivers everything at once and in order", async () => {
  const { delays, rounds } = await thousand(RELIABLE);
  assertEquals(rounds, Array.from({ length: 1000 }, (_, n) => n));
  assert(delays.every((at) => at === 0));
});

Deno.test("the labs' unreliable requests: one in ten lost, 0 to 26 ms late", async () => {
  const { delays } = await thousand(UNRELIABLE_REQUEST);
  assert(delays.length > 860 && delays.length < 940, `${delays.length} of 1000 arrived`);
  assert(Math.max(...delays) <= 26 && Math.max(...delays) > 25 && Math.min(...delays) < 1);
});

Deno.test("the labs' long reordering: two in three are held back by 200 to 2,199 ms", async () => {
  const { delays } = await thousand(LONG_REORDERING_REPLY);
  const held = delays.filter((at) => at > 0);
  assert(held.length > 610 && held.length < 720, `${held.length} of 1000 were held back`);
  assert(Math.min(...held) >= 200 && Math.max(...held) <= 2199 && Math.max(...held) > 1500);
  const mean = held.reduce((sum, at) => sum + at, 0) / held.length;
  assert(mean > 620 && mean < 780, `held back ${mean} ms on average`);
});

Deno.test("messages are duplicated, and an in-order link never lets one overtake another", async () => {
  const delay = { kind: "exponential", minMs: 1, meanMs: 50, maxMs: 4000 } as const;
  const wild = await thousand({ ...RELIABLE, duplicateRate: 0.2, delay });
  assert(wild.rounds.length > 1150 && wild.rounds.length < 1250);
  assert(wild.rounds.some((round, n) => n > 0 && round < wild.rounds[n - 1]));
  const tame = await thousand({ ...RELIABLE, delay, inOrder: true });
  assertEquals(tame.rounds, [...tame.rounds].sort((a, b) => a - b));
});

Deno.test("a slow line takes its time for each byte", async () => {
  const { delays } = await thousand({ ...RELIABLE, bytesPerSecond: 8000 });
  assertEquals(delays, Array.from({ length: 1000 }, (_, n) => n + 1));
});

Deno.test("a link that is healed does not stay as slow as its worst message", async () => {
  const healthy: LinkConditions = { ...RELIABLE, delay: { kind: "fixed", ms: 1 }, inOrder: true };
  const { world, heard, say } = listeners(["a", "b"], { conditions: healthy });
  world.network.degrade("slow", [["a", "b"]], {
    ...healthy,
    delay: { kind: "fixed", ms: 5000 },
    bytesPerSecond: 1,
  });
  say.a("b", 1);
  world.network.mend("slow");
  say.a("b", 2);
  await world.run();
  assertEquals(heard.b.map(({ at, round }) => [at, round]), [[1, 2], [13_000, 1]]);
});

Deno.test("each partition shape lets exactly the right pairs talk", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const reach = async (cut: Parameters<typeof cutLinks>[0]): Promise<string[]> => {
    const { world, heard, say } = listeners(names);
    world.network.partition("p", cut);
    for (const from of names) for (const to of names) say[from](to, 1);
    await world.run();
    return names.map((name) => heard[name].map(({ from }) => from).join(""));
  };
  assertEquals(await reach({ kind: "halves", left: ["a", "b"], right: ["c", "d", "e"] }), [
    "ab",
    "ab",
    "cde",
    "cde",
    "cde",
  ]);
  assertEquals(await reach({ kind: "isolate", node: "c", others: names }), [
    "abde",
    "abde",
    "c",
    "abde",
    "abde",
  ]);
  const bridge = await reach({ kind: "bridge", left: ["a", "b"], bridge: "c", right: ["d", "e"] });
  assertEquals(bridge, ["abc", "abc", "abcde", "cde", "cde"]);
  assertEquals(await reach({ kind: "majorityRing", nodes: names }), ["abe", "abc", "bcd", "cde", "ade"]);
  const oneWay = await reach({ kind: "oneWay", from: ["a"], to: ["b", "c"] });
  assertEquals(oneWay, ["abcde", "bcde", "bcde", "abcde", "abcde"]);
});

Deno.test("a majority ring of any size lets each node hear a majority, no two the same", () => {
  for (const size of [3, 4, 5, 6, 7]) {
    const nodes = Array.from({ length: size }, (_, n) => `n${n}`);
    const cut = new Set(cutLinks({ kind: "majorityRing", nodes }).map(([from, to]) => `${from}>${to}`));
    const hears = nodes.map((to) => nodes.filter((from) => !cut.has(`${from}>${to}`)));
    assert(hears.every((heard, n) => heard.length === Math.floor(size / 2) + 1 && heard.includes(nodes[n])));
    assertEquals(new Set(hears.map((heard) => heard.join())).size, size);
  }
});

Deno.test("faults on the same link heal independently of each other", async () => {
  const { world, heard, say } = listeners(["a", "b"]);
  world.network.cut("one", [["a", "b"]]);
  world.network.cut("two", [["a", "b"], ["b", "a"]]);
  say.a("b", 1);
  world.network.mend("one");
  say.a("b", 2);
  world.network.mend("two");
  assertEquals(world.network.faults, []);
  say.a("b", 3);
  await world.run();
  assertEquals(heard.b.map(({ round }) => round), [3]);
});

Deno.test("a cut also loses what is in flight; a clog only holds it", async () => {
  const { world, heard, say } = listeners(["a", "b", "c"], {
    conditions: { ...RELIABLE, delay: { kind: "fixed", ms: 10 } },
  });
  say.a("b", 1);
  say.a("c", 1);
  world.loop.schedule(5, () => {
    world.network.cut("cut", [["a", "b"]]);
    world.network.clog("clog", [["a", "c"]]);
    say.a("c", 2);
  });
  world.loop.schedule(40, () => world.network.mendAll());
  await world.run();
  assertEquals(heard.b, []);
  assertEquals(heard.c.map(({ at, round }) => [at, round]), [[40, 1], [40, 2]]);
});

Deno.test("flapping links are down and up in turn until they are mended", async () => {
  const { world, heard, say } = listeners(["a", "b"]);
  world.network.flap("f", [["a", "b"]], { downMs: 30, upMs: 20 });
  for (let ms = 0; ms < 150; ms += 10) world.loop.schedule(ms + 5, () => say.a("b", ms));
  world.loop.schedule(100, () => world.network.mend("f"));
  await world.run();
  assertEquals(heard.b.map(({ round }) => round), [30, 40, 80, 90, 100, 110, 120, 130, 140]);
});

Deno.test("conditions can be put on one kind of message only", async () => {
  const { world, heard, say } = listeners(["a", "b"]);
  world.network.classify = (_channel, message) =>
    typeof message === "object" && message !== null && "round" in message && message.round === 1
      ? "odd"
      : "even";
  world.network.degrade("d", [["a", "b"]], { ...RELIABLE, lossRate: 1 }, "odd");
  for (const round of [0, 1, 0, 1]) say.a("b", round);
  await world.run();
  assertEquals(heard.b.map(({ round }) => round), [0, 0]);
});

Deno.test("neither isolation lets sender and receiver share an object", async () => {
  for (const isolation of ["wire", "copy"] as const) {
    const world = new World({ seed: 1, isolation });
    const received: Gossip[] = [];
    world.machine("b").boot(({ network }) => {
      network.open(GOSSIP, (_from, message) => void received.push(message));
    });
    const message = { round: 1, rumour: 2 };
    world.machine("a").boot(({ network }) => network.open(GOSSIP, () => {}).send("b", message));
    message.round = 99;
    await world.run();
    assertEquals(received, [{ round: 1, rumour: 2 }]);
  }
});

Deno.test("messages and bytes are counted on both sides, lost ones on the sender's", async () => {
  const { world, say } = listeners(["a", "b"]);
  say.a("b", 1);
  say.a("b", 2);
  world.network.cut("cut", [["a", "b"]]);
  world.network.mend("cut");
  say.a("nobody", 3);
  await world.run();
  assertEquals(world.machine("a").runtime.network.counters.messagesSent, 3);
  assertEquals(world.machine("a").runtime.network.counters.bytesSent, 24);
  assertEquals(world.machine("b").runtime.network.counters.messagesReceived, 2);
  assertEquals(world.network.totals, {
    messagesSent: 3,
    bytesSent: 24,
    messagesReceived: 2,
    bytesReceived: 16,
  });
});

Deno.test("an observer sees what is sent and what arrives", async () => {
  const { world, say } = listeners(["a", "b"]);
  const seen: string[] = [];
  world.network.observer = {
    onSend: (from, to, channel, message) =>
      void seen.push(`${from}>${to} ${channel} ${JSON.stringify(message)}`),
    onDeliver: (from, to, channel) => void seen.push(`${to} has ${channel} of ${from}`),
  };
  say.a("b", 1);
  await world.run();
  assertEquals(seen, ['0>1 gossip {"round":1,"rumour":0}', "1 has gossip of 0"]);
});

Deno.test("a channel opens once, and again after it was closed", () => {
  const world = new World({ seed: 1 });
  const { network } = world.machine("a").boot(() => {});
  const port = network.open(GOSSIP, () => {});
  assertThrows(() => network.open(GOSSIP, () => {}), TypeError, "open already");
  port.close();
  network.open(GOSSIP, () => {});
});

Deno.test("nonsense is refused where it is said", () => {
  const { world } = listeners(["a", "b"]);
  const { network } = world;
  assertThrows(() => network.setConditions({ ...RELIABLE, lossRate: 2 }), RangeError);
  assertThrows(
    () => network.setConditions({ ...RELIABLE, delay: { kind: "uniform", lowMs: 5, highMs: 1 } }),
    RangeError,
  );
  assertThrows(() => network.cut("x", [["a", "zebra"]]), RangeError, "zebra");
  assertThrows(() => network.flap("x", [["a", "b"]], { downMs: 0, upMs: 0 }), RangeError);
});
