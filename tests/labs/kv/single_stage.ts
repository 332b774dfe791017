/**
 * One server and its clerks: what the suites of lab 2 play on.
 * @module
 */

import { World } from "../../sim/mod.ts";
import type { LabReport, LabRun } from "../lab.ts";
import { LabNetwork } from "../labrpc/mod.ts";
import { playTest, type RunLabels, worldSeed } from "./run.ts";
import type { ClerkSeat, SingleServerSeat } from "./seat.ts";

/** Starts a single server. */
export type MakeSingleServer = (seat: SingleServerSeat) => void;

/** A test of a single server. `Tester` is what it is given. */
export interface SingleScript<Tester> {
  /** See `LabTest`. */
  readonly name: string;
  /** See `LabTest`. */
  readonly sentence: string;
  /** How the network is. */
  readonly network: "reliable" | "unreliable";
  /** The test itself. */
  run(tester: Tester): Promise<void>;
}

const SERVER = "server-0";

/** See the module's page. */
export class SingleStage {
  /** The simulation. */
  readonly world: World;
  /** The network. */
  readonly network: LabNetwork;
  /** Nobody dies here. */
  readonly #signal = new AbortController().signal;
  #clerks = 0;
  #shared: ClerkSeat["call"] | null = null;

  /** Starts the server. */
  constructor(options: { readonly make: MakeSingleServer; readonly seed: number; readonly record: boolean }) {
    this.world = new World({ seed: options.seed, record: options.record });
    this.network = new LabNetwork(this.world.loop);
    options.make({
      serve: (handlers) => this.network.addServer(SERVER, handlers),
      clock: this.world.clock,
      random: this.world.random("server"),
      signal: this.#signal,
    });
  }

  /** A new clerk's seat. `shared`: on one end with all others of that kind, so that a hundred thousand take no room. */
  seat(shared = false): ClerkSeat {
    const number = ++this.#clerks;
    const call = shared ? this.#shared ??= this.#makeCall("all") : this.#makeCall(String(number));
    return {
      servers: [SERVER],
      call,
      clock: this.world.clock,
      random: this.world.random(`clerk ${number}`),
      signal: this.#signal,
    };
  }

  #makeCall(name: string): ClerkSeat["call"] {
    const end = this.network.makeEnd(`clerk ${name}`);
    this.network.connect(end.name, SERVER);
    this.network.enable(end.name, true);
    return async <Reply>(_server: string, method: string, request: unknown) =>
      await end.call(method, request) as Reply | null;
  }
}

/** What is tested. */
export interface SingleSubject<Tester> {
  /** Starts the server. */
  readonly makeServer: MakeSingleServer;
  /** Makes the tester of one run. */
  readonly makeTester: (stage: SingleStage) => Tester & { readonly operations: number; judge(): void };
  /** The command that repeats a run. */
  readonly replay: RunLabels["replay"];
}

/** Runs a test once. Rejects with `LabFailure`. */
export function runSingleScript<Tester>(
  script: SingleScript<Tester>,
  subject: SingleSubject<Tester>,
  run: LabRun,
): Promise<LabReport> {
  const stage = new SingleStage({
    make: subject.makeServer,
    seed: worldSeed(script.name, run.seed),
    record: run.record,
  });
  stage.network.reliable = script.network === "reliable";
  const tester = subject.makeTester(stage);
  const { world, network } = stage;
  const told = { labels: { name: script.name, replay: subject.replay }, run };
  const played = { world, network, operations: () => tester.operations, judge: () => tester.judge() };
  return playTest(played, () => script.run(tester), told);
}
