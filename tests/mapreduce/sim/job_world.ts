/**
 * A whole job in the simulated world: the production coordinator and workers, a shared folder, everything failing.
 * @module
 */

import {
  type App,
  Coordinator,
  type Entry,
  type InputStream,
  type JobEnd,
  loadApp,
  type OpenInput,
  openLink,
  outputName,
  runSequential,
  runWorker,
  splitInputs,
  type TableOptions,
  type TextInput,
  type WorkerEnd,
  type WorkerLimits,
} from "../../../mapreduce/mod.ts";
import { decodeJournal } from "../../../mapreduce/coordinator/journal.ts";
import { JOURNAL_NAME } from "../../../mapreduce/names.ts";
import type { Random, Runtime } from "../../../runtime/mod.ts";
import { LOCAL_AREA, World } from "../../sim/mod.ts";
import { inventTexts } from "../texts.ts";
import { chooseApp } from "./apps.ts";
import { JobLaws } from "./laws.ts";
import { TableHistory } from "./recorder.ts";
import { SharedFolder } from "./shared_folder.ts";

const WORK = "work";
const COORDINATOR = "coordinator";

/** How a run is made; everything else is drawn from the seed. */
export interface JobWorldOptions {
  readonly seed: number;
  /** So many workers. @default {3} */
  readonly workers?: number;
  /** @default {drawn from the seed} */
  readonly app?: App;
  /** @default {drawn from the seed} */
  readonly job?: GivenJob;
  /** How large the job is. @default {drawn from the seed} */
  readonly size?: { readonly files: number; readonly bytes: number; readonly reduces: number };
  /** Keeps the whole event log. @default {false} */
  readonly record?: boolean;
}

/** A job that is not drawn. */
export interface GivenJob {
  readonly texts: readonly TextInput[];
  /** The lines of all output files together. */
  readonly expected: readonly string[];
  readonly table: Partial<TableOptions>;
}

/** See the module's page. */
export class JobWorld {
  readonly world: World;
  readonly folder: SharedFolder;
  readonly laws: JobLaws;
  readonly history: TableHistory;
  readonly entries: Entry[] = [];
  readonly workers: readonly string[];
  readonly reduces: number;
  readonly maps: number;
  readonly expected: readonly string[];
  readonly random: Random;
  /** How the job ended, once it has. */
  end: JobEnd | null = null;
  /** When everything was done, once it was. */
  doneMs = Infinity;
  /** How workers went that went by themselves. */
  readonly departures = new Map<string, WorkerEnd["kind"]>();
  /** What the seed chose, for messages. */
  readonly appName: string;
  /** Workers whose inputs come slowly. */
  readonly slow = new Set<string>();
  /** How often an input was slow because of it. */
  slowReads = 0;
  readonly #app: App;
  readonly #texts: ReadonlyMap<string, Uint8Array>;
  readonly #splits;
  readonly #table: Partial<TableOptions>;
  readonly #limits: WorkerLimits;
  /** When the present coordinator was started. */
  #bornMs = 0;

  constructor(options: JobWorldOptions) {
    this.world = new World({
      seed: options.seed,
      conditions: LOCAL_AREA,
      record: options.record ?? false,
    });
    this.random = this.world.random("job");
    const { size } = options;
    // Drawn in any case: a job that was made smaller keeps what else was drawn for it.
    const drawnFiles = this.random.between(1, 5);
    const invented = inventTexts(options.seed, size?.files ?? drawnFiles, size?.bytes ?? 1500);
    const texts = options.job?.texts ?? invented;
    this.#texts = new Map(texts.map(({ name, contents }) => [name, new TextEncoder().encode(contents)]));
    const chosen = chooseApp(this.random);
    this.appName = options.app === undefined ? chosen.name : "given";
    this.#app = options.app ?? chosen.app;
    const drawnReduces = this.random.between(1, 5);
    this.reduces = size?.reduces ?? drawnReduces;
    this.workers = Array.from({ length: options.workers ?? 3 }, (_, at) => `worker${at}`);
    const files = texts.map(({ name }) => ({
      name,
      sizeBytes: this.#texts.get(name)?.length ?? 0,
      gzip: false,
    }));
    // Each seed its own habits (swarm): a bug that needs short leases or many runs to show is met by some of them.
    const pick = <T>(values: readonly T[]): T => values[this.random.below(values.length)];
    this.#table = {
      // Every death is a strike, and here everybody dies; records that kill are another test's matter.
      maxStrikes: 1000,
      leaseMs: pick([1500, 4000, 10_000]),
      backups: this.random.chance(0.8),
      backupAfterMs: pick([500, 2000]),
      ...options.job?.table,
    };
    this.#limits = {
      bufferBytes: pick([600, 2000, 20_000]),
      pieceBytes: pick([64, 128, 512]),
      fanIn: pick([2, 3, 8]),
    };
    const { whole } = loadApp(this.#app, "the application");
    this.#splits = splitInputs(files, { splitBytes: 900, whole, manyTasks: 100 });
    this.maps = this.#splits.length;
    this.expected = options.job?.expected ?? runSequential(this.#app, texts);
    this.laws = new JobLaws(this.expected, this.reduces, this.maps);
    this.folder = new SharedFolder(this.world.machine("server"), this.laws.watch(() => this.folder));
    this.history = new TableHistory(this.world.clock, this.laws);
    this.world.machine(COORDINATOR);
    for (const name of this.workers) this.world.machine(name);
  }

  /** Boots whatever does not run. */
  boot(): void {
    if (!this.folder.server.running) this.folder.server.restart();
    const coordinator = this.world.machine(COORDINATOR);
    if (!coordinator.running && this.end === null) coordinator.boot((runtime) => this.#coordinate(runtime));
    for (const name of this.workers) {
      const machine = this.world.machine(name);
      if (!machine.running && this.end === null) {
        machine.boot((runtime) => this.#work(runtime, name, machine.incarnation));
      }
    }
  }

  /** The lines of all output files together, sorted. */
  output(): string[] {
    const decoder = new TextDecoder();
    const lines: string[] = [];
    for (let reduce = 0; reduce < this.reduces; reduce++) {
      const bytes = this.folder.contents(outputName(reduce));
      if (bytes !== null) lines.push(...decoder.decode(bytes).split("\n").filter((line) => line !== ""));
    }
    return lines.sort();
  }

  async #coordinate(runtime: Runtime): Promise<void> {
    const bornMs = this.#bornMs;
    this.#bornMs = this.world.nowMs;
    const journal = decodeJournal(this.folder.contents(`${WORK}/${JOURNAL_NAME}`) ?? new Uint8Array());
    for (const entry of this.laws.onReplay(journal?.entries ?? [])) {
      if (entry.kind === "reopened") this.history.maybeReopened(entry.task, bornMs);
    }
    try {
      const coordinator = await Coordinator.start({
        runtime: { ...runtime, disk: this.folder.diskOf(runtime) },
        app: "app:sim",
        work: WORK,
        plan: () => ({
          id: `job-${this.world.seed}`,
          app: "app:sim",
          reduces: this.reduces,
          maps: this.#splits,
          work: WORK,
        }),
        resume: () => true,
        table: this.#table,
        workers: "guests",
        onSilent: () => {},
        onRefusal: () => {},
        onEntry: (entry) => {
          this.entries.push(entry);
          this.laws.onEntry(entry);
          if (entry.kind === "reopened") this.history.reopened(entry.task, this.#bornMs);
        },
      });
      const end = await coordinator.end;
      this.doneMs = this.world.nowMs;
      this.laws.onEnd(this.folder);
      await coordinator.dismissed();
      this.end = end;
      await coordinator[Symbol.asyncDispose]();
    } catch (error) {
      // Without its journal a coordinator goes down, and somebody starts it again.
      if (runtime.signal.aborted) throw error;
      this.laws.coordinatorDeaths++;
      this.world.loop.schedule(0, () => this.world.machine(COORDINATOR).crash());
    }
  }

  async #work(runtime: Runtime, name: string, incarnation: number): Promise<void> {
    const link = this.history.watch(openLink(runtime, COORDINATOR), `${name}.${incarnation}`);
    const end = await runWorker({
      runtime: { clock: runtime.clock, signal: runtime.signal, disk: this.folder.diskOf(runtime) },
      name: `${name}.${incarnation}`,
      link,
      loadApp: () => Promise.resolve(loadApp(this.#app, "the application")),
      openInput: this.#inputs(runtime, name),
      openStream: this.folder.openStream,
      patienceMs: 20_000,
      limits: this.#limits,
    });
    this.departures.set(name, end.kind);
    if (end.kind === "told") this.laws.onDismissal(this.folder, end.reason);
    if (end.kind === "coordinatorGone") this.world.loop.schedule(0, () => this.world.machine(name).crash());
  }

  #inputs({ clock, random, signal }: Runtime, name: string): OpenInput {
    const chance = random.split("inputs");
    return (input, { offset }): Promise<InputStream> => {
      const bytes = this.#texts.get(input) ?? new Uint8Array();
      let at = offset;
      return Promise.resolve({
        read: async (into) => {
          const slow = this.slow.has(name);
          if (slow) this.slowReads++;
          await clock.sleep(chance.next() * (slow ? 8000 : 200), signal);
          const part = bytes.subarray(at, at + into.length);
          into.set(part);
          at += part.length;
          return part.length;
        },
        close: () => Promise.resolve(),
      });
    };
  }
}
