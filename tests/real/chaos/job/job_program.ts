/**
 * One program of a job, through all its lives.
 * @module
 */

import type { Violation } from "../../../check/violation.ts";
import { EXIT } from "../orders.ts";
import type { JobBirth } from "./job_birth.ts";

/** A program, with its permissions: nothing but loopback can be reached, whatever goes wrong. */
const PROGRAM: readonly string[] = [
  ...["net=127.0.0.1", "read", "write", "env", "sys", "run"].map((what) => `--allow-${what}`),
  new URL("./job_main.ts", import.meta.url).href,
];
const MOST_SAID = 20_000;

/** One life of a program. */
export interface JobLife {
  readonly child: Deno.ChildProcess;
  /** What it has said in this life. */
  said: string;
  /** Hears that it has said something. */
  onSaid: () => void;
  /** Resolves when it has ended and everything that it said was heard. */
  readonly ended: Promise<Deno.CommandStatus>;
}

/** A program and what is known of it. */
export interface JobProgram {
  readonly name: string;
  /** How many faults hold it down. */
  holds: number;
  /** Whether its process is there and serves. */
  state: "up" | "starting" | "down";
  /** Settles when it is no longer starting. */
  starting: PromiseWithResolvers<void>;
  /** Null while it is down. */
  life: JobLife | null;
  /** Its disk was told to fail in this life. */
  troubled: boolean;
  /** It was told to die somewhere in this life; it may do so a moment after it was told not to. */
  trapped: boolean;
  /** Hears when it has died where it was told to. */
  onSprung: (() => void) | null;
  /** What it said in all its lives. */
  said: string;
}

/** A program that was never started. */
export function unborn(name: string): JobProgram {
  const starting = Promise.withResolvers<void>();
  starting.resolve();
  return {
    name,
    holds: 0,
    state: "down",
    starting,
    life: null,
    troubled: false,
    trapped: false,
    onSprung: null,
    said: "",
  };
}

/** Gives birth to a program, with the `words` of its command line. It goes when this process does, in whatever way that happens. */
export function bear(program: JobProgram, birth: JobBirth, words: readonly string[]): JobLife {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--quiet", ...PROGRAM, JSON.stringify(birth), ...words],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // What somebody types at the terminal is meant for the harness.
    detached: true,
  }).spawn();
  const hear = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      life.said = (life.said + text).slice(-MOST_SAID);
      life.onSaid();
      program.said = (program.said + text).slice(-MOST_SAID);
    }
  };
  const ended = Promise.all([child.status, hear(child.stdout), hear(child.stderr)]).then(async ([status]) => {
    await child.stdin.close().catch(() => {});
    return status;
  });
  const life: JobLife = { child, said: "", onSaid: () => {}, ended };
  return life;
}

/** Sends a signal, unless it has just gone by itself. */
export function send(life: JobLife, name: Deno.Signal): void {
  try {
    life.child.kill(name);
  } catch {
    // It has.
  }
}

/** Why a program ended that nobody here had killed. */
export type WhyOver =
  /** It had come to the point at which it was to die. */
  | "trapped"
  /** Its disk was told to fail. */
  | "disk"
  /** It was through, or had nobody left to work for. */
  | "through"
  /** A bug. */
  | "unexplained";

/** A coordinator ends when its job is done; a worker when it is told to, or when nobody has answered for long. */
export function whyOver(
  { trapped, troubled }: Pick<JobProgram, "trapped" | "troubled">,
  { code, signal }: Pick<Deno.CommandStatus, "code" | "signal">,
  role: "coordinator" | "worker",
): WhyOver {
  if (signal === "SIGKILL") return trapped ? "trapped" : "unexplained";
  if (signal !== null) return "unexplained";
  if (code === EXIT.disk && troubled) return "disk";
  return code === 0 || (code === 1 && role === "worker") ? "through" : "unexplained";
}

/** The law that a program breaks which ends so without any reason. */
export function unexplained(
  name: string,
  role: "coordinator" | "worker",
  { said }: JobLife,
  { code, signal }: Deno.CommandStatus,
): Violation {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const words = said.trim().split("\n").slice(-3).join(" ");
  const law = role === "coordinator" && code === 1 ? "job-ends" : "machine-failed";
  return { law, node: name, sentence: `${name} ended ${how}: ${words}` };
}
