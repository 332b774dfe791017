/**
 * A log on bare Raft: entries are appended and get offsets, and are read back by them. There are no sessions; the log only knows an entry
 * again that it has already: whatever else goes wrong is Raft's.
 * @module
 */

import { RefusedError } from "../../kv/mod.ts";
import {
  type Keyed,
  keyedModel,
  logCodec,
  type LogInput,
  logModel,
  type LogOutput,
  type LogState,
} from "../../porcupine/mod.ts";
import { type Clock, RpcError, RpcPeer, type Runtime } from "../../runtime/mod.ts";
import { type LogAnswer, type LogMethods, logService } from "../cluster/raft_log.ts";
import { logSessions } from "./log_sessions.ts";
import type { Sea, WorkloadParts } from "./workload.ts";

type Input = Keyed<LogInput>;

/** A client's end. */
export interface LogClient {
  readonly peer: RpcPeer<LogMethods>;
  readonly clock: Clock;
  readonly servers: readonly string[];
  readonly attemptMs: number;
  /** Whom it asks. */
  target: number;
  /** Whose turn it was last, in the round that goes on whatever they say. */
  turn: number;
  /** Whether it asks whom another one named, since when no answer was given. */
  isOnHearsay: boolean;
  /** The length of the log as far as it knows. */
  length: number;
}

const PAUSE_MS = 15;

/** See the module's page. */
export const logWorkload: WorkloadParts<LogState, Input, LogOutput, LogClient> = {
  name: "log",
  summary: "entries are appended to a log on bare Raft, and read back",
  checker: "porcupine, one log",
  uniqueCommands: false,
  codec: logCodec,
  model: () => keyedModel(logModel()),
  facts: {},
  connect,
  think({ name, nth, random, load }, { length }) {
    if (random.chance(load.putShare + load.appendShare)) {
      return asks({ f: "append", value: `${name}.${nth}` });
    }
    return asks(random.chance(0.3) ? { f: "length" } : { f: "read", offset: random.below(length + 1) });
  },
  ask: (client, { input }, { timeoutMs }) => ask(client, input, timeoutMs),
  probe: asks({ f: "append", value: "probe" }),
  audit:
    () => [asks({ f: "length" }), ...Array.from({ length: 20 }, (_, offset) => asks({ f: "read", offset }))],
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: logSessions,
  laws: () => null,
};

function asks(input: LogInput): Input {
  return { key: "", input };
}

function connect(runtime: Runtime, { servers, attemptMs }: Sea): LogClient {
  const target = runtime.random.split("first server").below(servers.length);
  const peer = new RpcPeer(runtime, logService, null);
  return {
    peer,
    clock: runtime.clock,
    servers,
    attemptMs,
    target,
    turn: target,
    isOnHearsay: false,
    length: 0,
  };
}

async function ask(client: LogClient, input: LogInput, timeoutMs: number): Promise<LogOutput> {
  const answer = await untilAnswered(client, input, client.clock.now() + timeoutMs);
  switch (input.f) {
    case "append":
      client.length = Math.max(client.length, answer.number + 1);
      return { f: "append", offset: answer.number };
    case "length":
      client.length = Math.max(client.length, answer.number);
      return { f: "length", length: answer.number };
    case "read":
      return { f: "read", found: answer.value === null ? "end" : { value: answer.value } };
  }
}

/** Asks one server after another until one answers: for ever, once an append may have been taken in. The log knows it again. */
async function untilAnswered(
  client: LogClient,
  input: LogInput,
  deadlineMs: number,
): Promise<LogAnswer & { readonly kind: "done" }> {
  const { peer, clock, servers, attemptMs } = client;
  for (let untilMs = deadlineMs;;) {
    const leftMs = untilMs - clock.now();
    if (leftMs < 1) throw new RefusedError("timeout", "Nobody took it in");
    try {
      const answer = await peer.call(servers[client.target], "ask", request(input), {
        timeoutMs: Math.min(leftMs, 2 * attemptMs),
      });
      if (answer.kind === "done") {
        client.isOnHearsay = false;
        return answer;
      }
      if (answer.kind === "unknown" && input.f === "append") untilMs = Infinity;
      turnTo(client, answer.kind === "refused" ? answer.leader : null);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      turnTo(client, null);
      if (input.f === "append") untilMs = Infinity;
    }
    await clock.sleep(Math.min(PAUSE_MS, Math.max(1, untilMs - clock.now())));
  }
}

/**
 * Whom to ask next: the leader that was named by somebody whose turn it was, or whose turn is next. Who was asked on hearsay is not believed:
 * those that name each other, or that all name one who is cut off, or that believe in one who was removed, would send us in a circle, past
 * the one that leads (seeds 2301336410, and 22 of `--layer raft --nemesis members,isolate,crash --time 5`).
 */
function turnTo(client: LogClient, leader: string | null): void {
  const { servers } = client;
  const named = leader === null || client.isOnHearsay ? -1 : servers.indexOf(leader);
  client.isOnHearsay = named !== -1;
  if (named === -1) client.turn = (client.turn + 1) % servers.length;
  client.target = named === -1 ? client.turn : named;
}

function request(input: LogInput): LogMethods["ask"]["request"] {
  switch (input.f) {
    case "append":
      return { f: "append", value: `${input.value}`, offset: 0 };
    case "read":
      return { f: "read", value: "", offset: input.offset };
    case "length":
      return { f: "length", value: "", offset: 0 };
  }
}
