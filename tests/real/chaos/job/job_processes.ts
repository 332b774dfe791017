/**
 * A coordinator and workers as real processes, as a nemesis sees them; and the operator who starts again what died.
 *
 * Number 0 of a plan is the machine with the shared folder, 1 the coordinator, the workers follow. A folder of this machine fails with
 * this machine: when number 0 loses power all programs die at once.
 * @module
 */

import type { Random } from "../../../../runtime/mod.ts";
import type { Report } from "../../../check/violation.ts";
import type { Chronicle } from "../../../report/chronicle.ts";
import { freePorts } from "../../cluster.ts";
import { type MessageListener, Wiring } from "../../wiring.ts";
import { Control } from "../control.ts";
import { type Orders, type Trap, WELL } from "../orders.ts";
import type { RealVictims } from "../victims.ts";
import type { JobFolder } from "./job_folder.ts";
import { bear, type JobLife, type JobProgram, send, unborn, unexplained, whyOver } from "./job_program.ts";
import { coordinatorWords, isDone, workerWords } from "./job_words.ts";
import { Comeback } from "./journal_law.ts";

/** What the programs are. */
export interface JobProcessesOptions {
  readonly workers: number;
  /** Draws what a loss of power leaves. */
  readonly seed: number;
  /** Draws the fate of messages. */
  readonly random: Random;
  readonly chronicle: Chronicle;
  /** Hears of broken laws. */
  readonly report: Report;
  /** Hears of messages on the lines. */
  readonly onMessage: MessageListener;
}

/** The number of the coordinator; that of the shared folder comes before it. */
export const COORDINATOR = 1;
const SERVER = 0;
const OPERATOR_MS = 150;
/** Workers of a job that is over get so long to go by themselves. */
const FAREWELL_MS = 5000;

/** The names of all machines of a job, by their number in the plan. */
export function jobNames(workers: number): string[] {
  return ["server", "coordinator", ...Array.from({ length: workers }, (_, at) => `worker${at}`)];
}

/** See the module's page. */
export class JobProcesses implements RealVictims, AsyncDisposable {
  readonly names: readonly string[];
  readonly wiring: Wiring;
  readonly #options: JobProcessesOptions;
  readonly #control: Control;
  readonly #programs: readonly JobProgram[];
  readonly #address: string;
  /** Ended on purpose. */
  readonly #killed = new WeakSet<JobLife>();
  /** Everybody who was ever born and has not ended. */
  readonly #alive = new Set<JobLife>();
  readonly #ends = new Set<Promise<void>>();
  #job: JobFolder | null = null;
  #done = Promise.withResolvers<void>();
  /** Whom each loss of power that lasts holds down. */
  readonly #powerless: number[][] = [];
  #over = false;
  /** The processes that were started. */
  readonly pids: number[] = [];
  /** How often a coordinator came back to its job. */
  rebirths = 0;

  /** Nobody is started before a job begins. */
  constructor(options: JobProcessesOptions) {
    this.#options = options;
    this.names = jobNames(options.workers);
    const programs = this.names.slice(COORDINATOR);
    const ports = freePorts(programs.length);
    this.#address = `127.0.0.1:${ports[0]}`;
    this.wiring = new Wiring(new Map(programs.map((name, at) => [name, ports[at]])), {
      random: options.random.split("lines"),
      listener: options.onMessage,
    });
    this.#control = new Control(programs, (name) => this.#hear(name));
    // Number 0 is no program, and stays as it is.
    this.#programs = this.names.map(unborn);
  }

  /** The programs of `job` are started, but for those that are held down. */
  begin(job: JobFolder): void {
    this.#job = job;
    this.#done = Promise.withResolvers();
    for (const program of this.#running) this.#boot(program);
  }

  /** Resolves when the coordinator has ended as one that is through with its job. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Whether the coordinator has said that its job is done, and only waits for workers that may be late. */
  get saidDone(): boolean {
    const { life } = this.#programs[COORDINATOR];
    return life !== null && isDone(life.said);
  }

  /** Ends a job whose coordinator has said that it is done: whoever has read that has his output, and need not wait. */
  async cutShort(): Promise<void> {
    await this.#kill(this.#programs[COORDINATOR]);
    this.#finish();
  }

  /** What each said. */
  said(): string {
    return this.#running.map(({ name, said }) => `${name}:\n${said}`).join("\n");
  }

  /** What each is at. */
  describe(): string {
    return this.#running.map(({ name, state }) => `${name} ${state}`).join("; ");
  }

  leader(): number {
    return COORDINATOR;
  }

  isUp(number: number): boolean {
    return number === SERVER || this.#programs[number].state === "up";
  }

  settled(number: number): Promise<unknown> {
    const meant = number === SERVER ? this.#running : [this.#programs[number]];
    return Promise.all(meant.map(({ starting }) => starting.promise));
  }

  async holdDown(number: number): Promise<boolean> {
    if (number === SERVER) {
      const held = await Promise.all(this.#running.map((_, at) => this.holdDown(at + COORDINATOR)));
      const taken = held.flatMap((took, at) => took ? [at + COORDINATOR] : []);
      // Another loss of power while this one lasts must not forget whom this one holds down.
      if (taken.length > 0) this.#powerless.push(taken);
      return taken.length > 0;
    }
    const program = this.#programs[number];
    if (program.state === "down" && program.holds > 0) return false;
    program.holds++;
    await this.#kill(program);
    return true;
  }

  release(number: number): void {
    if (number === SERVER) {
      for (const one of this.#powerless.shift() ?? []) this.release(one);
      return;
    }
    const program = this.#programs[number];
    if (program.holds > 0) program.holds--;
    if (program.holds === 0 && program.state === "down") this.#start(program);
  }

  raise(number: number): void {
    const program = this.#programs[number];
    program.holds = 0;
    if (number !== SERVER && program.state === "down") this.#start(program);
  }

  /** What workers have written and nobody has named yet is gone. */
  wipe(): void {
    this.#job?.wipeScratch();
  }

  damage(): Promise<boolean> {
    return Promise.resolve(false);
  }

  signal(number: number, name: "SIGSTOP" | "SIGCONT"): Promise<boolean> {
    const { life } = this.#programs[number];
    if (life !== null) send(life, name);
    return Promise.resolve(life !== null);
  }

  orders(number: number): Orders {
    return number === SERVER ? WELL : this.#control.orders(this.names[number]);
  }

  give(number: number, orders: Orders): void {
    if (number === SERVER) return;
    const { full, failing } = orders.disk;
    if (full || failing !== null) this.#programs[number].troubled = true;
    this.#control.give(this.names[number], orders);
  }

  lay(number: number, trap: Trap, onSprung: () => void): void {
    this.#programs[number].onSprung = onSprung;
    this.#programs[number].trapped = true;
    this.give(number, { ...this.orders(number), trap });
  }

  lift(number: number): void {
    this.#programs[number].onSprung = null;
    if (this.orders(number).trap !== null) this.give(number, { ...this.orders(number), trap: null });
  }

  /** Ends everything, also what is stopped. Harmless if that was done. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    for (const life of this.#alive) send(life, "SIGKILL");
    await Promise.all(this.#ends);
    await this.#control[Symbol.asyncDispose]();
    await this.wiring[Symbol.asyncDispose]();
  }

  get #running(): readonly JobProgram[] {
    return this.#programs.slice(COORDINATOR);
  }

  #start(program: JobProgram): void {
    const job = this.#job;
    // Between two jobs there is nothing to do.
    if (job === null || this.#over) return;
    const { name } = program;
    const coordinates = name === this.names[COORDINATOR];
    const comeback = coordinates ? new Comeback(job) : null;
    const { full, failing } = this.#control.orders(name).disk;
    program.troubled = full || failing !== null;
    program.trapped = program.onSprung !== null;
    program.state = "starting";
    program.starting = Promise.withResolvers();
    const number = this.#control.expect(name);
    const birth = {
      id: name,
      life: number,
      seed: this.#options.seed,
      port: this.#control.port,
      unsynced: coordinates ? "keptBack" : "handedOn",
    } as const;
    const words = coordinates
      ? coordinatorWords(job, this.#address)
      : workerWords(job, this.wiring.address(name, this.names[COORDINATOR]), `${name}.${number}`);
    const life = bear(program, birth, words);
    life.onSaid = () => comeback?.hear(life.said);
    program.life = life;
    this.pids.push(life.child.pid);
    this.#alive.add(life);
    this.#options.chronicle.end(`${name} down`);
    this.#options.chronicle.show({ node: name, look: "waiting", gist: "starts", short: "", long: "starts" });
    if (coordinates) { for (const worker of this.#running.slice(1)) this.#boot(worker); }
    const end = life.ended.then((status) => this.#ended(program, life, status, comeback));
    this.#ends.add(end);
    void end.finally(() => this.#ends.delete(end));
  }

  async #kill(program: JobProgram): Promise<void> {
    const { life } = program;
    this.#bury(program);
    if (life === null) return;
    this.#killed.add(life);
    send(life, "SIGKILL");
    await life.ended;
  }

  #bury(program: JobProgram): void {
    const { chronicle } = this.#options;
    const { name } = program;
    if (program.state !== "down") {
      chronicle.show({ node: name, look: "down", gist: "down", short: "", long: "down" });
      chronicle.begin(`${name} down`, name, "down", "down");
    }
    program.state = "down";
    program.life = null;
    program.starting.resolve();
  }

  #ended(
    program: JobProgram,
    life: JobLife,
    status: Deno.CommandStatus,
    comeback: Comeback | null,
  ): void {
    this.#alive.delete(life);
    if (comeback !== null) {
      if (comeback.before.hasJournal) this.rebirths++;
      const broken = comeback.judge(life.said);
      if (broken !== null && !this.#over) this.#options.report(broken);
    }
    // Killed, or one of an earlier job that took its time to go.
    if (this.#killed.has(life) || this.#over || program.life !== life) return;
    this.#bury(program);
    const number = this.#programs.indexOf(program);
    const role = number === COORDINATOR ? "coordinator" : "worker";
    switch (whyOver(program, status, role)) {
      case "trapped": {
        const { onSprung } = program;
        this.lift(number);
        if (onSprung === null) break;
        program.holds++;
        return onSprung();
      }
      case "disk": {
        const orders = this.orders(number);
        this.give(number, { ...orders, disk: { ...orders.disk, failing: null } });
        break;
      }
      case "through":
        if (role === "coordinator") return this.#finish();
        // Who was told to go is of no use before a coordinator comes back to a job that is not over.
        if (status.code === 0) return;
        break;
      case "unexplained":
        return this.#options.report(unexplained(program.name, role, life, status));
    }
    setTimeout(() => this.#boot(program), OPERATOR_MS);
  }

  /** The job is done: its workers may go, and do not belong to the next one. */
  #finish(): void {
    this.#job = null;
    for (const program of this.#running) {
      const { life } = program;
      this.#bury(program);
      if (life === null) continue;
      send(life, "SIGCONT");
      const timer = setTimeout(() => send(life, "SIGKILL"), FAREWELL_MS);
      void life.ended.then(() => clearTimeout(timer));
    }
    this.#done.resolve();
  }

  /** The operator starts what died, once there is room on its disk; with the coordinator all who are not held down. */
  #boot(program: JobProgram): void {
    if (this.#over || this.#job === null || program.holds > 0 || program.state !== "down") return;
    if (this.#control.orders(program.name).disk.full) {
      setTimeout(() => this.#boot(program), OPERATOR_MS);
    } else this.#start(program);
  }

  #hear(name: string): void {
    const program = this.#programs[this.names.indexOf(name)];
    if (program.state !== "starting") return;
    program.state = "up";
    program.starting.resolve();
  }
}
