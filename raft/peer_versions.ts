/**
 * Who has shown that it speaks version 2: a leader asks for as long as somebody wants the members changed.
 *
 * A configuration that a member cannot read would cut that member off. A node of version 1 cannot read the question either and drops it, so an answer
 * is the proof. Nothing is asked, and nothing remembered, while nobody wants a change: the traffic of a cluster whose members stay is version 1 to the byte.
 * @module
 */

import type { Core } from "./core/state.ts";
import type { MemberChange } from "./member_change.ts";
import type { VersionReply, VersionRequest } from "./message.ts";
import type { NodeId } from "./types.ts";

/** For so many heartbeats after somebody wanted a change it is asked, and answers count. */
const ASK_BEATS = 10;

/** See the module's page. */
export class PeerVersions {
  readonly #core: Readonly<Core>;
  readonly #send: (to: NodeId, question: VersionRequest) => void;
  readonly #shown = new Set<NodeId>();
  #beatsLeft = 0;

  /** Nobody is asked yet. */
  constructor(core: Readonly<Core>, send: (to: NodeId, question: VersionRequest) => void) {
    this.#core = core;
    this.#send = send;
  }

  /** Whether `change` has to wait, because somebody who would have to read it may speak version 1; if so, everybody is asked. */
  isMixed(change: MemberChange): boolean {
    const waits = this.#core.membership.names.some((id) => this.#blocks(id, change));
    if (!waits) {
      this.forget();
      return false;
    }
    const asksAlready = this.#beatsLeft > 0;
    this.#beatsLeft = ASK_BEATS;
    if (!asksAlready) this.#askAll();
    return true;
  }

  /** A heartbeat is due: questions and answers may have been lost. */
  onHeartbeat(): void {
    if (this.#beatsLeft === 0) return;
    this.#beatsLeft--;
    if (this.#beatsLeft === 0) this.forget();
    else this.#askAll();
  }

  /** `from` has read the question. */
  onReply(from: NodeId, { term }: VersionReply): void {
    if (this.#beatsLeft > 0 && term === this.#core.term) this.#shown.add(from);
  }

  /** What was shown a while ago says nothing: its sender may have been started again with an older version since. */
  forget(): void {
    this.#beatsLeft = 0;
    this.#shown.clear();
  }

  #blocks(id: NodeId, change: MemberChange): boolean {
    const { config, membership, commit, role } = this.#core;
    if (id === config.id || this.#shown.has(id)) return false;
    // Whoever is to go need not read how it goes: otherwise a member that is down for good could never be replaced.
    if (change.type === "remove" && change.id === id) return false;
    // Where configurations are in the log already, all have shown that they read them. Only one that is there and does not say so is suspect.
    const everyoneReads = membership.index > 0 && membership.index <= commit;
    const isSilent = role.type !== "leader" || role.progress.get(id)?.incarnation === -1;
    return !(everyoneReads && isSilent);
  }

  #askAll(): void {
    const { config, membership, term } = this.#core;
    for (const id of membership.names) {
      if (id !== config.id && !this.#shown.has(id)) this.#send(id, { type: "versionRequest", term });
    }
  }
}
