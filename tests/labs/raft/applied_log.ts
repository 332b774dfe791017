/**
 * What the servers' services have been given to apply, and the judgement of it.
 * @module
 */

import { encodeValue, type WireValue } from "../../../runtime/mod.ts";
import { LabFailure } from "../failure.ts";

/** How many servers applied an index, and what. */
export interface Committed {
  /** Servers that have applied it since they were last started. */
  readonly servers: number;
  /** What they applied; `undefined` if none did. */
  readonly command: unknown;
}

/** Something that tells commands apart, and fits into a set. */
export function commandKey(command: unknown): string | number {
  if (typeof command === "number" || typeof command === "string") return command;
  return encodeValue(command as WireValue).toHex();
}

/** A command for a message: whole if short. */
export function showCommand(command: unknown): string {
  const text = JSON.stringify(command) ?? String(command);
  return text.length <= 40 ? text : `${text.slice(0, 40)}...`;
}

/** See the module's page. */
export class AppliedLog {
  /** By server: what it has applied in its present life, by index. */
  readonly #lives: Map<number, unknown>[];
  /** `#decided[i]` is what index `i + 1` holds, for ever: also when everybody who applied it has been restarted. */
  readonly #decided: { readonly command: unknown; readonly by: number }[] = [];
  readonly #offered = new Set<string | number>();

  /** Nothing applied on any of `servers`. */
  constructor(servers: number) {
    this.#lives = Array.from({ length: servers }, () => new Map());
  }

  /** The highest index that anybody ever applied. */
  get length(): number {
    return this.#decided.length;
  }

  /** A test offers `command` to some server. */
  offered(command: unknown): void {
    this.#offered.add(commandKey(command));
  }

  /** A server starts a new life and has applied nothing in it. */
  restarted(server: number): void {
    this.#lives[server] = new Map();
  }

  /** `server` applies `command` at `index`. Throws `LabFailure` if anybody ever applied another one there. */
  apply(server: number, index: number, command: unknown): void {
    const decided = this.#decided[index - 1];
    if (decided === undefined) {
      if (!this.#offered.has(commandKey(command))) {
        throw new LabFailure(
          `server ${server} applied ${
            showCommand(command)
          } at index ${index}, which nobody ever gave to start()`,
        );
      }
      this.#decided.push({ command, by: server });
    } else if (commandKey(decided.command) !== commandKey(command)) {
      throw new LabFailure(
        `committed values differ at index ${index}: server ${server} applied ${showCommand(command)}, ` +
          `server ${decided.by} applied ${showCommand(decided.command)} there`,
      );
    }
    this.#lives[server].set(index, command);
  }

  /** `server` takes a snapshot that holds `commands` from index 1 on. Throws `LabFailure` if they were not decided so. */
  restore(server: number, commands: readonly unknown[]): void {
    const life = new Map<number, unknown>();
    this.#lives[server] = life;
    for (let at = 0; at < commands.length; at++) {
      const decided = this.#decided[at];
      if (decided === undefined || commandKey(decided.command) !== commandKey(commands[at])) {
        throw new LabFailure(
          `server ${server} was given a snapshot with ${showCommand(commands[at])} at index ${
            at + 1
          }, where ` +
            (decided === undefined
              ? "nobody applied anything"
              : `server ${decided.by} applied ${showCommand(decided.command)}`),
        );
      }
      life.set(at + 1, commands[at]);
    }
  }

  /** How many servers have applied `index`, and what. The labs' `nCommitted`. */
  committed(index: number): Committed {
    let servers = 0;
    let command: unknown = undefined;
    for (const life of this.#lives) {
      if (!life.has(index)) continue;
      servers++;
      command = life.get(index);
    }
    return { servers, command };
  }
}
