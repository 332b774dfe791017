import { arrange, type Edge } from "./order_graph.ts";
import { type Blocks, type Impossible, isImpossible } from "./block_draft.ts";
import type { Effort } from "./effort.ts";
import { placeLoose } from "./place_loose.ts";
import { tellClient, tellOperation } from "../tell.ts";
import { searchOrder } from "./search.ts";
import { demandsOf, type Sessions } from "./session.ts";
import type { LevelName, LevelVerdict } from "./types.ts";

/** Decides whether a guarantee held in a partition: by the blocks if it has some, otherwise by search. */
export function decideLevel<State, Input, Output>(
  level: LevelName,
  sessions: Sessions<State, Input, Output>,
  blocks: Blocks | Impossible | undefined,
  effort: Effort,
): LevelVerdict {
  const toHistory = (k: number): number => sessions.ids[k];
  const demands = demandsOf(level, sessions);
  if (blocks !== undefined && isImpossible(blocks)) {
    return {
      holds: "no",
      because: `${listOf(sessions, blocks.operations)}: ${blocks.because}`,
      operations: blocks.operations.map(toHistory),
    };
  }
  if (blocks !== undefined) {
    const found = arrange(blocks, sessions, demands);
    if (found.kind === "cycle") {
      return {
        holds: "no",
        because: found.edges.map((edge) => describeEdge(sessions, edge)).join("; "),
        operations: [...new Set(found.edges.flatMap(({ source, target }) => [source, target]))].map(
          toHistory,
        ),
      };
    }
    if (placeLoose(blocks, found.blocks, sessions, demands)) return { holds: "yes" };
  }
  const holds = searchOrder(sessions, demands, effort);
  return holds === "no" ? { holds, because: "", operations: [] } : { holds };
}

/** `client 3 had read() -> 7 before read() -> 5`: with the others of the cycle that is one demand too many. */
function describeEdge<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  { source, target }: Edge,
): string {
  const { operations, ids } = sessions;
  const { client } = operations[ids[target]];
  return `client ${tellClient(client)} had ${textOf(sessions, source)} before ${textOf(sessions, target)}`;
}

function listOf<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  operations: readonly number[],
): string {
  const { operations: all, ids } = sessions;
  const tell = (k: number): string => `client ${tellClient(all[ids[k]].client)}'s ${textOf(sessions, k)}`;
  return operations.map(tell).join(" and ");
}

function textOf<State, Input, Output>(
  { model, operations, ids }: Sessions<State, Input, Output>,
  k: number,
): string {
  return tellOperation(model, operations[ids[k]]);
}
