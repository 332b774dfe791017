import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "node:tls";
import { splitAddress } from "../../../runtime/deno/address.ts";
import { type DenoNetwork, denoNetwork, type DenoTls, openDenoNetwork } from "../../../runtime/deno.ts";
import type { Line } from "../../../runtime/deno/line.ts";
import { callByTls, openTlsDoor } from "../../../runtime/deno/tls.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import { AUTHORITY, ELSEWHERE, EXPIRED, FORGED, NODE, OTHER_AUTHORITY } from "./certificates.ts";
import { Heard, say, textChannel, turns, until } from "./strangers.ts";

const NEWS = textChannel("news");
const TLS: DenoTls = { ...NODE, authority: AUTHORITY };
const backoffMs = { first: 1, most: 5 };
const LIMIT_MS = 20_000;

interface Ends {
  readonly node: DenoNetwork;
  readonly heard: Heard;
  /** Another end, which calls. */
  readonly caller: (tls?: DenoTls, onPeerClosed?: () => void) => DenoNetwork;
}

/** A node that is called by TLS, and a script; afterwards nothing of it may be left. */
async function withNode(script: (ends: Ends) => Promise<void>, options = {}): Promise<void> {
  const death = new AbortController();
  const { signal } = death;
  try {
    const node = await openDenoNetwork({ address: "127.0.0.1:0", signal, backoffMs, tls: TLS, ...options });
    const heard = new Heard();
    node.open(NEWS, heard.add);
    const caller = (tls?: DenoTls, onPeerClosed = () => {}) =>
      denoNetwork({ address: null, signal, backoffMs, onPeerClosed, ...(tls === undefined ? {} : { tls }) });
    await within(LIMIT_MS, script({ node, heard, caller }));
  } finally {
    death.abort(new Error("the test is over"));
    await turns(20);
  }
}

/** A test that would wait for ever fails. Generous: the machine may be slow. */
async function within<T>(limitMs: number, what: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`this has not come to an end in ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([what, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The node still takes who has a certificate, and has heard nobody else. */
async function serves({ node, heard, caller }: Ends): Promise<void> {
  const before = heard.messages.length;
  const port = caller(TLS).open(NEWS, () => {});
  // Again and again: on a slow machine a node may lose its patience with an honest caller, too.
  while (heard.messages.length === before) {
    port.send(node.address, "good");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const others = heard.messages.filter((message) => !message.endsWith(": good"));
  assertEquals(others, []);
}

Deno.test("two ends with certificates of one authority exchange 200 messages of up to 100 kB by TLS, in order", async () => {
  await withNode(async ({ node, heard, caller }) => {
    const port = caller(TLS).open(NEWS, () => {});
    const texts = Array.from({ length: 200 }, (_, at) => `${at} ${"x".repeat((at * 7919) % 100_000)}`);
    for (const text of texts) port.send(node.address, text);
    await heard.reached(texts.length);
    assertEquals(heard.messages.map((message) => message.split(": ")[1]), texts);
  });
});

Deno.test("two ends that both listen by TLS call each other", async () => {
  await withNode(async ({ node, heard }) => {
    const death = new AbortController();
    const { signal } = death;
    const other = await openDenoNetwork({ address: "127.0.0.1:0", signal, backoffMs, tls: TLS });
    const back = new Heard();
    const port = other.open(NEWS, back.add);
    port.send(node.address, "ahoy");
    await heard.reached(1);
    assertEquals(heard.messages, [`${other.address}: ahoy`]);
    death.abort();
  });
});

const REFUSED: readonly (readonly [what: string, tls: DenoTls])[] = [
  ["a certificate of another authority", { ...FORGED, authority: AUTHORITY }],
  ["a certificate whose time is over", { ...EXPIRED, authority: AUTHORITY }],
];
for (const [what, tls] of REFUSED) {
  Deno.test(`a caller with ${what} is refused: none of its messages arrives, and the node serves others`, async () => {
    await withNode(async (ends) => {
      let ended = 0;
      // Its own end may think for a moment that all is well: the refusal comes behind its handshake.
      ends.caller(tls, () => ended++).open(NEWS, () => {}).send(ends.node.address, "bad");
      await until(() => ended > 0 || ends.heard.messages.length > 0);
      assertEquals(ends.heard.messages, []);
      await serves(ends);
    });
  });
}

Deno.test("a caller by TLS without a certificate is refused", async () => {
  await withNode(async (ends) => {
    const target = splitAddress(ends.node.address);
    assert(target !== null);
    const socket = connect({ host: target.hostname, port: target.port, ca: AUTHORITY });
    let heard = 0;
    socket.on("error", () => {});
    socket.on("data", () => heard++);
    socket.write("hello");
    await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    assertEquals(heard, 0);
    await serves(ends);
  });
});

Deno.test("a caller that speaks plain TCP to a port of TLS is refused", async () => {
  await withNode(async (ends) => {
    const caller = ends.caller();
    caller.open(NEWS, () => {}).send(ends.node.address, "bad");
    await serves(ends);
  });
});

const IMPOSTORS: readonly (readonly [what: string, theirs: DenoTls])[] = [
  ["is of another authority", { ...FORGED, authority: AUTHORITY }],
  ["is for another host", { ...ELSEWHERE, authority: AUTHORITY }],
  ["is out of date", { ...EXPIRED, authority: AUTHORITY }],
];
for (const [what, theirs] of IMPOSTORS) {
  Deno.test(`nothing is said to a node whose certificate ${what}`, async () => {
    await withNode(async ({ node, heard, caller }) => {
      const end = caller(TLS);
      end.open(NEWS, () => {}).send(node.address, "secret");
      await until(() => end.counters.messagesDropped > 0 || heard.messages.length > 0);
      assertEquals(heard.messages, []);
    }, { tls: theirs });
  });
}

Deno.test("a node that believes another authority takes nobody of this one", async () => {
  await withNode(async ({ node, heard, caller }) => {
    let ended = 0;
    caller(TLS, () => ended++).open(NEWS, () => {}).send(node.address, "lost");
    await until(() => ended > 0 || heard.messages.length > 0);
    assertEquals(heard.messages, []);
  }, { tls: { ...NODE, authority: OTHER_AUTHORITY } });
});

Deno.test("a node that takes the call and never answers it is given up in time, and called again", async () => {
  const mute = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const death = new AbortController();
  const address = `127.0.0.1:${mute.addr.port}`;
  let unreached = 0;
  const end = denoNetwork({
    address: null,
    signal: death.signal,
    backoffMs,
    tls: TLS,
    connectTimeoutMs: 20,
    onPeerUnreached: () => unreached++,
  });
  const port = end.open(NEWS, () => {});
  try {
    await within(
      LIMIT_MS,
      (async () => {
        for (let attempt = 1; attempt <= 2; attempt++) {
          port.send(address, "anybody?");
          const line = await mute.accept();
          await until(() => unreached === attempt);
          line.close();
        }
      })(),
    );
  } finally {
    death.abort();
    mute.close();
    await turns(20);
  }
});

Deno.test("a door of TLS gives every line that comes while nobody asks, and turns away whoever waits when it is closed", async () => {
  const death = new AbortController();
  const { signal } = death;
  const strangers = { maxStrangers: 100, strangerMs: LIMIT_MS };
  const door = await openTlsDoor({ hostname: "127.0.0.1", port: 0 }, TLS, strangers);
  const target = splitAddress(door.address);
  assert(target !== null);
  const lines: Line[] = [];
  try {
    await within(
      LIMIT_MS,
      (async () => {
        for (let round = 0; round < 5; round++) {
          const first = door.accept();
          const calls = Array.from({ length: 4 }, () => callByTls(target, TLS, signal));
          lines.push(...await Promise.all(calls), await first);
          // All of them have come by now, or will soon.
          await turns(20);
          for (let left = 3; left > 0; left--) lines.push(await door.accept());
        }
        const last = assertRejects(() => door.accept(), Deno.errors.BadResource);
        door.close();
        await last;
        await assertRejects(() => door.accept(), Deno.errors.BadResource);
      })(),
    );
  } finally {
    for (const line of lines) line.close();
    door.close();
    await turns(20);
  }
});

Deno.test("a caller that has shown its certificate stays, when a stranger who came after it is sent away for silence", async () => {
  await withNode(async ({ node, heard, caller }) => {
    let ended = 0;
    const port = caller(TLS, () => ended++).open(NEWS, () => {});
    // Again and again: on a slow machine a node may lose its patience with an honest caller, too.
    await until(() => {
      port.send(node.address, "one");
      return heard.messages.length > 0;
    });
    ended = 0;
    const before = heard.messages.length;
    assertEquals(await say(node.address, new Uint8Array(0)), new Uint8Array(0));
    await until(() => {
      port.send(node.address, "two");
      return heard.messages.length > before;
    });
    assertEquals(ended, 0);
  }, { connectTimeoutMs: 300 });
});

Deno.test("one stranger more than may wait is sent away at once, and all of them when the door is closed (4 wait, 5 call)", async () => {
  const strangers = { maxStrangers: 4, strangerMs: 3_600_000 };
  const door = await openTlsDoor({ hostname: "127.0.0.1", port: 0 }, TLS, strangers);
  const target = splitAddress(door.address);
  assert(target !== null);
  const lines = await Promise.all(Array.from({ length: 5 }, () => Deno.connect(target)));
  let sentAway = 0;
  const ends = lines.map(async (line) => {
    await line.read(new Uint8Array(1)).catch(() => null);
    sentAway++;
  });
  try {
    await within(LIMIT_MS, Promise.race(ends));
    await turns(20);
    assertEquals(sentAway, 1);
    door.close();
    await within(LIMIT_MS, Promise.all(ends));
  } finally {
    door.close();
    for (const line of lines) line.close();
    await turns(20);
  }
});

Deno.test("strangers who say nothing are sent away, and one too many is not let wait (4 wait, 12 call)", async () => {
  await withNode(async (ends) => {
    const target = splitAddress(ends.node.address);
    assert(target !== null);
    const lines = await Promise.all(Array.from({ length: 12 }, () => Deno.connect(target)));
    await Promise.all(lines.map(async (line) => {
      // Whatever is said to them, in the end the line is closed.
      const buffer = new Uint8Array(256);
      while (await line.read(buffer).catch(() => null) !== null);
      line.close();
    }));
    await serves(ends);
  }, { maxConnections: 4, connectTimeoutMs: 300 });
});

/** What a stranger says by chance. */
function noiseOf(seed: number): { readonly noise: Uint8Array; readonly hangsUp: boolean } {
  const random = seededRandom(seed);
  const noise = Uint8Array.from({ length: 1 + random.below(2000) }, () => random.below(256));
  // Often the beginning of a real handshake: a record of 22, version 3.1, a length, a hello of the client's.
  if (random.below(2) === 0) {
    noise.set([22, 3, 1, random.below(70), random.below(256), 1].slice(0, noise.length));
  }
  return { noise, hangsUp: random.below(3) === 0 };
}

Deno.test("noise at a port of TLS is sent away, and the node goes on (seeds 1 to 200, 20 at a time)", async () => {
  await withNode(async (ends) => {
    for (let first = 1; first <= 200; first += 20) {
      const seeds = Array.from({ length: 20 }, (_, at) => first + at);
      await Promise.all(seeds.map(async (seed) => {
        const { noise, hangsUp } = noiseOf(seed);
        await say(ends.node.address, noise, hangsUp);
      }));
      await serves(ends);
    }
  }, { connectTimeoutMs: 250 });
});
