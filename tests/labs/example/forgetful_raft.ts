/**
 * A Raft with one mistake: it never saves anything. Its author has just finished part 3B.
 * @module
 */

import type { RaftSeat } from "../raft/seat.ts";
import { SmallRaft } from "./small_raft.ts";

class ForgetfulRaft extends SmallRaft {
  protected override save(): void {}
}

/** Starts a server. */
export function makeRaft(seat: RaftSeat): ForgetfulRaft {
  return new ForgetfulRaft(seat);
}
