import { assert, assertEquals } from "@std/assert";
import { LabFailure } from "../failure.ts";
import { APPLIES, type RaftScript, runScript, SNAPSHOTS } from "./script.ts";
import type { ApplyMessage, MakeRaft, PeerState, RaftPeer, RaftSeat, StartResult } from "./seat.ts";

/** What one server of a make-believe Raft does; each test changes one thing. */
interface Tale {
  readonly state: (me: number, nowMs: number) => PeerState;
  readonly start: (command: unknown, nth: number) => StartResult;
  /** What a server hands up for the n-th command that it is offered. */
  readonly apply: (me: number, command: unknown, nth: number) => readonly ApplyMessage[];
}

/** Server 0 leads term 1, takes every command, and applies it at once; the others hear nothing. */
const HONEST: Tale = {
  state: (me) => ({ term: 1, isLeader: me === 0 }),
  start: (_, nth) => ({ index: nth, term: 1, isLeader: true }),
  apply: (_, command, nth) => [{ type: "command", index: nth, command }],
};

function makeBelieve(tale: Tale): MakeRaft {
  return (seat: RaftSeat): RaftPeer => {
    let nth = 0;
    return {
      start: (command) => {
        nth++;
        for (const message of tale.apply(seat.me, command, nth)) seat.apply(message);
        return tale.start(command, nth);
      },
      getState: () => tale.state(seat.me, seat.clock.now()),
      snapshot: () => {},
    };
  };
}

function script(run: RaftScript["run"], service = APPLIES): RaftScript {
  return { name: "Judge", sentence: "judges", servers: 2, network: "reliable", service, run };
}

/** Offers three commands to server 0 and one to server 1. */
const OFFER_SOME = script(async (tester) => {
  for (const command of [10, 20, 30]) {
    tester.start(0, command);
    await tester.sleep(100);
  }
  tester.start(1, 10);
  await tester.sleep(3000);
});

async function verdict(makeRaft: MakeRaft, told: RaftScript = OFFER_SOME): Promise<string> {
  const subject = { makeRaft, makeWatch: () => null, replay: () => "REPLAY" };
  try {
    await runScript(told, subject, { seed: 7, record: false });
    return "passed";
  } catch (error) {
    assert(error instanceof LabFailure, String(error));
    assert(error.message.includes("with seed 7") && error.message.includes("again: REPLAY"), error.message);
    return error.message.split("\n")[0].replace("Judge: ", "");
  }
}

Deno.test("a make-believe Raft without a fault passes the judge", async () => {
  assertEquals(await verdict(makeBelieve(HONEST)), "passed");
});

/** Whose turn to lead it is. */
let turns = 0;

const LIES: readonly (readonly [what: string, tale: Partial<Tale>, words: string])[] = [
  ["two leaders in one term", { state: () => ({ term: 1, isLeader: true }) }, "term 1 has two leaders"],
  [
    "two leaders of one term, one after the other",
    { state: (me) => ({ term: 1, isLeader: me === turns++ % 2 }) },
    "term 1 has two leaders",
  ],
  ["a term that is no number", { state: () => ({ term: NaN, isLeader: false }) }, "its term is NaN"],
  [
    "an index that is given twice",
    { start: () => ({ index: 1, term: 1, isLeader: true }) },
    "gave index 1 to a command after index 1",
  ],
  [
    "an index that is left out",
    { start: (_, nth) => ({ index: nth * 2, term: 1, isLeader: true }) },
    "gave index 4 to a command after index 2",
  ],
  ["an index of 0", { start: () => ({ index: 0, term: 1, isLeader: true }) }, "took a command at index 0"],
  [
    "an entry that is left out",
    { apply: (_, command, nth) => [{ type: "command", index: nth + 1, command }] },
    "applied index 2 after 0, expected index 1",
  ],
  [
    "an entry that is applied twice",
    {
      apply: (_, command, nth) => [1, 2].map(() => ({ type: "command" as const, index: nth, command })),
    },
    "applied index 1 after 1, expected index 2",
  ],
  [
    "a command that nobody gave",
    { apply: (_, _command, nth) => [{ type: "command", index: nth, command: 77 }] },
    "applied 77 at index 1, which nobody ever gave to start()",
  ],
  [
    "different commands at one index",
    { apply: (me, command, nth) => [{ type: "command", index: nth, command: me === 0 ? command : 20 }] },
    "committed values differ at index 1: server 1 applied 20, server 0 applied 10 there",
  ],
  [
    "a snapshot that no service made",
    { apply: () => [{ type: "snapshot", index: 1, term: 1, snapshot: new Uint8Array([1, 2, 3]) }] },
    "a snapshot that no service made",
  ],
];

for (const [what, change, words] of LIES) {
  Deno.test(`the judge sees ${what}`, async () => {
    const said = await verdict(makeBelieve({ ...HONEST, ...change }));
    assert(said.includes(words), said);
  });
}

Deno.test("the judge sees a term that goes back, in one life and from one to the next", async () => {
  const back = makeBelieve({
    ...HONEST,
    state: (_, nowMs) => ({ term: 9 - Math.floor(nowMs) % 7, isLeader: false }),
  });
  assert((await verdict(back)).includes("went back from term"));
  let lives = 0;
  const forgetful: MakeRaft = (seat) => {
    const life = seat.me === 0 ? ++lives : 1;
    return {
      ...makeBelieve(HONEST)(seat) as RaftPeer,
      getState: () => ({ term: 4 - life, isLeader: false }),
    };
  };
  const restarts = script(async (tester) => {
    await tester.sleep(10);
    await tester.restart(0);
    await tester.sleep(10);
  });
  assertEquals(
    await verdict(forgetful, restarts),
    "server 0 went back from term 3 to term 2, in its life number 2: a term must be saved before it is told",
  );
});

Deno.test("the judge remembers what was applied when everybody who applied it has been restarted", async () => {
  let lives = 0;
  const forgetful: MakeRaft = (seat) => {
    const life = ++lives;
    return makeBelieve({
      ...HONEST,
      state: () => ({ term: 1, isLeader: false }),
      apply: (_, command, nth) => [{ type: "command", index: nth, command: life > 2 ? 99 : command }],
    })(seat);
  };
  const restarts = script(async (tester) => {
    tester.start(0, 10);
    await tester.sleep(10);
    await tester.restart(0);
    await tester.restart(1);
    tester.start(0, 99);
    await tester.sleep(10);
  });
  assertEquals(
    await verdict(forgetful, restarts),
    "committed values differ at index 1: server 0 applied 99, server 0 applied 10 there",
  );
});

Deno.test("the judge sees snapshots that go back, that do not match their index, and persistBytes that lie", async () => {
  let kept = new Uint8Array(0);
  const replaying = (index: number): MakeRaft => (seat) => ({
    ...makeBelieve({
      ...HONEST,
      apply: (_, command, nth) =>
        nth < 12
          ? [{ type: "command", index: nth, command }]
          : [{ type: "snapshot", index, term: 1, snapshot: kept }],
    })(seat) as RaftPeer,
    snapshot: (_, bytes) => kept = bytes.slice(),
  });
  const twelve = script(async (tester) => {
    for (let at = 1; at <= 12; at++) tester.start(0, at);
    await tester.sleep(10);
  }, SNAPSHOTS);
  assert((await verdict(replaying(9), twelve)).includes("its state would go back"));
  assert((await verdict(replaying(12), twelve)).includes("for index 12 that holds the state after 9"));

  const liar: MakeRaft = (seat) => ({ ...makeBelieve(HONEST)(seat) as RaftPeer, persistBytes: () => 5 });
  const measure = script((tester) => {
    tester.cluster.largestRaftState();
    return Promise.resolve();
  });
  assert((await verdict(liar, measure)).includes("persists 5 bytes, but has saved 0"));
});

const MISUSES: readonly (readonly [what: string, makeRaft: MakeRaft, words: string])[] = [
  ["real chance", (seat) => {
    Math.random();
    return makeBelieve(HONEST)(seat);
  }, "chance from `random` of the seat"],
  ["a start() that makes its caller wait", (seat) => ({
    ...makeBelieve(HONEST)(seat) as RaftPeer,
    // The mistake itself, which types forbid and plain JavaScript does not.
    start: () => Promise.resolve({ index: 1, term: 1, isLeader: true }) as unknown as StartResult,
  }), "start() returned a promise"],
  ["an error while it starts", () => {
    throw new RangeError("no such file");
  }, "RangeError: no such file"],
  ["an error in a promise", (seat) => {
    Promise.reject(new RangeError("lost it"));
    return makeBelieve(HONEST)(seat);
  }, "RangeError: lost it"],
  ["a call to a server that does not exist", (seat) => {
    seat.call(2, "vote", null);
    return makeBelieve(HONEST)(seat);
  }, "Cannot call server 2: there are 2"],
  ["a method that nobody serves", (seat) => {
    seat.clock.setTimer(1, () => void seat.call(1 - seat.me, "vote", null));
    return makeBelieve(HONEST)(seat);
  }, 'was called with the method "vote", which it does not serve'],
  ["a request that cannot travel", (seat) => {
    seat.call(1, "vote", { reply: () => 1 });
    return makeBelieve(HONEST)(seat);
  }, "Cannot send function at reply"],
  ["a loop that never lets time pass", (seat) => {
    const again = (): void => void seat.clock.setTimer(0, again);
    again();
    return makeBelieve(HONEST)(seat);
  }, "turns in circles without letting time pass"],
];

for (const [what, makeRaft, words] of MISUSES) {
  Deno.test(`a Raft with ${what} is told so`, async () => {
    const said = await verdict(makeRaft);
    assert(said.includes(words), said);
  });
}

Deno.test("a test that does not end within 120 s of virtual time fails", async () => {
  const endless = script((tester) => tester.sleep(1e9));
  assert((await verdict(makeBelieve(HONEST), endless)).includes("within 120 s of virtual time"));
});
