/**
 * The laws of Raft over a group's servers, after every event.
 * @module
 */

import type { AnyMachine } from "../../kv/mod.ts";
import { RaftLaws } from "../check/raft_laws.ts";
import type { Group } from "./group.ts";

/** Fails the run at the first event that breaks a law. Call it before anything runs. */
export function watchLaws<M extends AnyMachine>(group: Group<M>): RaftLaws {
  const laws = new RaftLaws(({ law, sentence }) => {
    throw new Error(`the law ${law} is broken: ${sentence}`);
  });
  group.onOpen = (name, { replica }) => laws.boot(name, replica.node.core);
  // Servers are made first: a machine's number is its place among them.
  group.world.afterEvent = ({ node }) => {
    const name = group.names[node];
    if (name !== undefined) laws.check(name);
  };
  return laws;
}
