/**
 * The beginning of a Raft: elections and heartbeats, no log yet. Enough for part 3A.
 * @module
 */

import type { RaftPeer, RaftSeat } from "../raft/seat.ts";

type Vote = { term: number; candidate: number };
type Heartbeat = { term: number };
type Reply = { term: number; ok: boolean };

/** Starts a server. */
export function makeRaft({ me, peers, call, serve, clock, random }: RaftSeat): RaftPeer {
  const others = peers.filter((peer) => peer !== me);
  let term = 0;
  let votedFor = -1;
  let leads = false;
  let deadline = 0;

  function rest(): void {
    deadline = clock.now() + 300 + random.below(300);
  }

  function enter(later: number): void {
    if (later <= term) return;
    term = later;
    votedFor = -1;
    leads = false;
  }

  serve({
    vote: (asked: Vote): Reply => {
      enter(asked.term);
      const ok = asked.term === term && (votedFor === -1 || votedFor === asked.candidate);
      if (ok) {
        votedFor = asked.candidate;
        rest();
      }
      return { term, ok };
    },
    heartbeat: (heard: Heartbeat): Reply => {
      enter(heard.term);
      if (heard.term === term) rest();
      return { term, ok: heard.term === term };
    },
  });

  function campaign(): void {
    enter(term + 1);
    votedFor = me;
    rest();
    const asked: Vote = { term, candidate: me };
    let votes = 1;
    for (const peer of others) {
      call<Reply>(peer, "vote", asked).then((reply) => {
        if (reply === null) return;
        enter(reply.term);
        if (!reply.ok || term !== asked.term || leads) return;
        if (++votes * 2 > peers.length) leads = true;
      });
    }
  }

  async function live(): Promise<void> {
    rest();
    for (;;) {
      await clock.sleep(leads ? 100 : 10);
      if (!leads && clock.now() >= deadline) campaign();
      if (!leads) continue;
      for (const peer of others) {
        call<Reply>(peer, "heartbeat", { term }).then((reply) => reply !== null && enter(reply.term));
      }
    }
  }
  live();

  return {
    start: () => ({ index: 0, term, isLeader: false }),
    getState: () => ({ term, isLeader: leads }),
    snapshot: () => {},
  };
}
