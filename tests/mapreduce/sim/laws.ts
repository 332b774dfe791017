/**
 * What must hold at every instant of a job, whatever fails.
 * @module
 */

import { bucketOf, type Entry, type Outcome, outputName } from "../../../mapreduce/mod.ts";
import { readRuns, RunCursor } from "../../../mapreduce/shuffle/run_reader.ts";
import type { FolderObserver, SharedFolder } from "./shared_folder.ts";

/** What a worker says of a file that a map task left; what it merged itself has another name. */
const MAPS_FILE_DAMAGED = /^Cannot read (.*\/)?mr-\d+-\d+: .* must be made again/;

/** A law that was broken. */
export class BrokenLaw extends Error {
  override readonly name = "BrokenLaw";
}

/** See the module's page. */
export class JobLaws {
  readonly #outputs: readonly string[];
  readonly #maps: number;
  /** Tasks that somebody has won and nobody has reopened. */
  readonly #won = new Set<number>();
  /** Wins and reopenings that were made known, in any order. */
  readonly #told: Entry[] = [];
  /** How often each task was reopened, as far as anybody was told. */
  readonly #reopenings = new Map<number, number>();
  readonly #owed = new Set<number>();
  /** What the present coordinator found and nobody was told: it counts once the coordinator goes on. */
  #found: Entry[] = [];
  wins = 0;
  /** Coordinators that gave up because the folder failed them. */
  coordinatorDeaths = 0;
  /** Since the server lost power, unsynced files may be anything. */
  powerCuts = 0;
  broken: BrokenLaw | null = null;

  constructor(expected: readonly string[], reduces: number, maps: number) {
    this.#maps = maps;
    const outputs: string[] = new Array(reduces).fill("");
    for (const line of expected) outputs[bucketOf(line.slice(0, line.indexOf(" ")), reduces)] += `${line}\n`;
    this.#outputs = outputs;
  }

  /** Watches the shared folder. */
  watch(folder: () => SharedFolder): FolderObserver {
    return {
      onCreate: (path) => {
        const name = path.slice(path.lastIndexOf("/") + 1);
        if (/^mr-(out-)?\d/.test(name)) {
          this.#break(`${path} was written in place, where a reader may see half of it`);
        }
      },
      onRename: (_from, to) => this.#look(folder(), to),
    };
  }

  /** At most one attempt is committed per task. */
  onEntry(entry: Entry): void {
    for (const found of this.#found.splice(0)) {
      this.#told.push(found);
      if (found.kind === "reopened") this.#noteReopened(found.task);
    }
    if (entry.kind === "won" || entry.kind === "reopened") this.#told.push(entry);
    if (entry.kind === "reopened") {
      this.#won.delete(entry.task);
      this.#owed.delete(entry.task);
      this.#noteReopened(entry.task);
    }
    if (entry.kind === "gaveUp") this.#break(`the job was given up: ${entry.message}`);
    if (entry.kind !== "won") return;
    this.wins++;
    if (this.#won.has(entry.task)) {
      this.#break(`task ${entry.task} was won twice, by ${entry.attempt} after another`);
    }
    this.#won.add(entry.task);
  }

  /** What was written down and told must be found again; what was written down and not told counts as well. */
  onReplay(entries: readonly Entry[]): Entry[] {
    const told = new Map<string, number>();
    for (const entry of this.#told) told.set(keyOf(entry), (told.get(keyOf(entry)) ?? 0) + 1);
    const untold: Entry[] = [];
    this.#won.clear();
    // A coordinator may die before it has written down what it was told.
    this.#owed.clear();
    for (const entry of entries) {
      if (entry.kind !== "won" && entry.kind !== "reopened") continue;
      const left = told.get(keyOf(entry)) ?? 0;
      told.set(keyOf(entry), left - 1);
      if (left <= 0) untold.push(entry);
      if (entry.kind === "won") this.#won.add(entry.task);
      else this.#won.delete(entry.task);
    }
    for (const [key, left] of told) if (left > 0) this.#break(`the journal forgot ${key}`);
    this.#found = untold;
    return untold;
  }

  /** How often each of the maps was reopened by now: what `onLost` is told that an attempt may have known. */
  reopenings(): ReadonlyMap<number, number> {
    const tasks = new Set(this.#reopenings.keys());
    for (const entry of this.#found) if (entry.kind === "reopened") tasks.add(entry.task);
    return new Map([...tasks].map((task) => [task, this.#reopened(task)]));
  }

  /** Whoever finds what a map made damaged says that it is lost: as a trouble of its own it would be met again and again. */
  onReport(outcome: Outcome): void {
    if (outcome.kind === "storage" && MAPS_FILE_DAMAGED.test(outcome.message)) {
      this.#break(`a map's file is damaged, and was reported as a worker's own trouble: ${outcome.message}`);
    }
  }

  /** These were reported lost, and that was taken in. `known`: what had been reopened when the attempt was asked for. */
  onLost(maps: readonly number[], known: ReadonlyMap<number, number>): void {
    for (const map of maps) {
      if (this.#won.has(map) && this.#reopened(map) === (known.get(map) ?? 0)) this.#owed.add(map);
    }
  }

  /** Maps whose files were reported lost, and of which nobody was told yet that they are made again. */
  owed(): readonly number[] {
    return [...this.#owed];
  }

  /** Nobody gets a reduce task before what was lost is made again. `owed`: when it was asked for. */
  onGiven(task: number, owed: readonly number[]): void {
    const map = task < this.#maps ? undefined : owed.find((one) => this.#owed.has(one));
    if (map === undefined) return;
    this.#break(
      `reduce ${
        task - this.#maps
      } was given out, and nobody makes the files of map ${map} again that were lost`,
    );
  }

  #noteReopened(task: number): void {
    this.#reopenings.set(task, (this.#reopenings.get(task) ?? 0) + 1);
  }

  /** A reopening that the present coordinator found written down counts, told or not: it knows which reports are older. */
  #reopened(task: number): number {
    const found = this.#found.filter((entry) => entry.kind === "reopened" && entry.task === task).length;
    return (this.#reopenings.get(task) ?? 0) + found;
  }

  /** Nobody is told to go before everything is there. */
  onDismissal(folder: SharedFolder, reason: string): void {
    this.#complete(folder, `a worker was sent home (${reason})`);
  }

  /** The job does not end before everything is there. */
  onEnd(folder: SharedFolder): void {
    this.#complete(folder, "the job ended");
  }

  #complete(folder: SharedFolder, when: string): void {
    this.#outputs.forEach((_, reduce) => {
      if (folder.contents(outputName(reduce)) === null) this.#break(`${when} without ${outputName(reduce)}`);
    });
  }

  /** A file under its final name is whole. */
  #look(folder: SharedFolder, path: string): void {
    const output = /^mr-out-(\d+)$/.exec(path);
    if (output !== null) {
      const bytes = folder.contents(path) ?? new Uint8Array();
      const expected = this.#outputs[Number(output[1])];
      if (new TextDecoder().decode(bytes) !== expected) {
        this.#break(`${path} was not what it should be when it got its name`);
      }
      return;
    }
    if (!/\/mr-\d+-\d+$/.test(path) || this.powerCuts > 0) return;
    try {
      const file = folder.lookInto(path);
      for (const run of readRuns(file, path)) {
        for (const cursor = new RunCursor(file, path, run); cursor.next(););
      }
    } catch (error) {
      this.#break(`${path} was not whole when it got its name: ${error}`);
    }
  }

  #break(what: string): void {
    this.broken ??= new BrokenLaw(what);
  }
}

function keyOf(entry: Entry): string {
  if (entry.kind === "won") return `the win of attempt ${entry.attempt} at task ${entry.task}`;
  return entry.kind === "reopened" ? `the reopening of task ${entry.task}` : entry.kind;
}
