/**
 * Real processes as a nemesis sees them.
 * @module
 */

import type { Fault } from "../../nemesis/plan.ts";
import type { Wiring } from "../wiring.ts";
import type { Orders, Trap } from "./orders.ts";

/** Ends a fault. */
export type End = () => void | Promise<unknown>;

/** Faults that only a MapReduce job can suffer. */
export type JobFault = Fault & { readonly kind: "slowInput" | "loseMap" | "damageMap" };

/** See the module's page. Machines go by their number in the plan. */
export interface RealVictims {
  /** Their names, by their number. */
  readonly names: readonly string[];
  /** The lines among them. */
  readonly wiring: Wiring;
  /** Whoever leads the latest term of a group as far as is known, or led last. */
  leader(group: number): number;
  /** Whether its process is alive and serves. */
  isUp(number: number): boolean;
  /** Resolves when one that was let go has come up, or has died again. */
  settled(number: number): Promise<unknown>;
  /** Kills it; it stays down until `release` was called as often. False if it was held down already. */
  holdDown(number: number): Promise<boolean>;
  /** Lets it come back, unless something else holds it down. */
  release(number: number): void;
  /** Lets it come back whatever held it down. */
  raise(number: number): void;
  /** Takes the disk of one that is down away. */
  wipe(number: number): void;
  /** Damages what one that is down has stored; false if there is nothing. */
  damage(number: number, how: "bit" | "sector"): Promise<boolean>;
  /** Stops its process where it is, or lets it go on; false if it does not run. */
  signal(number: number, name: "SIGSTOP" | "SIGCONT"): Promise<boolean>;
  /** What it is told to suffer. */
  orders(number: number): Orders;
  /** Tells it otherwise. */
  give(number: number, orders: Orders): void;
  /** It is to die at a point; `onSprung` hears when it has, and holds it down. */
  lay(number: number, trap: Trap, onSprung: () => void): void;
  /** It is not to die anywhere any more. */
  lift(number: number): void;
}
