import type { Answer } from "../types.ts";
import type { Blocks, Impossible } from "./block_draft.ts";
import { registerBlocks } from "./register_blocks.ts";
import { answerOf, type Sessions } from "./session.ts";
import { textBlocks } from "./text_blocks.ts";
import { versionBlocks } from "./version_blocks.ts";

/** Finds the blocks; `undefined` where values repeat, or the model is of no kind that has blocks. */
export function findBlocks<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
): Blocks | Impossible | undefined {
  const { kind } = sessions.model;
  switch (kind?.type) {
    case "register":
      return registerBlocks(sessions, kind.initial, view(sessions, kind));
    case "text":
      return textBlocks(sessions, kind.initial, view(sessions, kind));
    case "versioned":
      return versionBlocks(sessions, kind.initial, view(sessions, kind));
    default:
      return undefined;
  }
}

function view<State, Input, Output, Action>(
  { operations, ids }: Sessions<State, Input, Output>,
  kind: { view(input: Input, answer: Answer<Output>): Action | undefined },
): (Action | undefined)[] {
  return ids.map((id) => kind.view(operations[id].input, answerOf(operations[id])));
}
