/**
 * A register's operations told one by one, for histories that are written by hand.
 * @module
 */
import type { Operation, RegisterInput, RegisterOutput } from "../../../porcupine/mod.ts";

/** A request to a register, and what came of it. */
export type RegisterOperation = Operation<RegisterInput, RegisterOutput>;

/** A write that was answered. */
export function write(client: number, value: number, callAt: number, returnAt: number): RegisterOperation {
  const outcome = { status: "ok", returnAt, output: { f: "write" } } as const;
  return { client, input: { f: "write", value }, callAt, outcome };
}

/** A read that was answered. */
export function read(
  client: number,
  value: number | null,
  callAt: number,
  returnAt: number,
): RegisterOperation {
  const outcome = { status: "ok", returnAt, output: { f: "read", value } } as const;
  return { client, input: { f: "read" }, callAt, outcome };
}
