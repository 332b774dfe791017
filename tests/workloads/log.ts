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
  /** Whom it asks first. */
  target: number;
  /** Who gave no answer, or refused, since one was given. */
  readonly doubted: Set<string>;
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
  return { peer, clock: runtime.clock, servers, attemptMs, target, doubted: new Set(), length: 0 };
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
        client.doubted.clear();
        return answer;
      }
      if (answer.kind === "unknown" && input.f === "append") untilMs = Infinity;
      const leader = answer.kind === "refused" ? answer.leader : null;
      const all = doubt(client);
      // Whoever gave no answer, or refused, is not asked again on hearsay: a leader that is cut off, or has forgotten that it led,
      // and those who still believe in it would send us in a circle. After everybody was asked in vain it is the next one's turn, whatever
      // the last one says: two that name each other would keep us from the third (seed 2301336410).
      const next = all || leader === null || client.doubted.has(leader) ? -1 : servers.indexOf(leader);
      client.target = next === -1 ? (client.target + 1) % servers.length : next;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      doubt(client);
      client.target = (client.target + 1) % servers.length;
      if (input.f === "append") untilMs = Infinity;
    }
    await clock.sleep(Math.min(PAUSE_MS, Math.max(1, untilMs - clock.now())));
  }
}

/** Doubts whoever was asked; when there is nobody left to believe, which it answers, everybody is believed again. */
function doubt({ doubted, servers, target }: LogClient): boolean {
  const all = doubted.size + 1 >= servers.length;
  if (all) doubted.clear();
  doubted.add(servers[target]);
  return all;
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
