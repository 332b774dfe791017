/**
 * One change of members as a person would bring it about: step by step, asking whoever leads, again and again, for as long as patience lasts.
 *
 * A refusal is taken for what it is and asked again later; that a proposal was taken in proves nothing until it is committed.
 * @module
 */

import type { ChangeRefusal, ChangeResult, MemberChange } from "../../raft/member_change.ts";
import type { Configuration, Index, MemberRole, Term } from "../../raft/types.ts";

/** A step: something to ask for, or something to do at a machine. */
export type ErrandStep =
  | { readonly type: "ask"; readonly change: MemberChange }
  /** The machine is taken into use. */
  | { readonly type: "enlist"; readonly name: string }
  /** The machine is set up anew, with an empty disk, once nobody takes it for a member. */
  | { readonly type: "renew"; readonly name: string }
  /** Something is asked for by mistake; done when it is refused as it should be. */
  | { readonly type: "err"; readonly change: MemberChange; readonly refusal: ChangeRefusal };

/** The cluster, as far as whoever changes its members deals with it. */
export interface Office {
  /** The last configuration that is known to be committed. */
  readonly settled: Configuration;
  /** Asks whoever leads; null if nobody does, or if it would be foolish to ask now. `nth`: whom, if several say that they lead. */
  ask(change: MemberChange, nth: number): ChangeResult | null;
  /** Whether the configuration proposed as entry `index` of `term` is committed, was lost, or may still become either. */
  fate(index: Index, term: Term): "committed" | "lost" | "open";
  enlist(name: string): void;
  /** False as long as somebody may take it for a member, or teach it that it was one. */
  renew(name: string): boolean;
  /** Hears of refusals. */
  onRefused(reason: ChangeRefusal): void;
  /** Hears of what was asked for and is committed. */
  onCommitted(change: MemberChange): void;
}

/** Whoever has heard nothing for so many looks asks again. */
const LOOKS_TO_FORGET = 12;

/** See the module's page. */
export class Errand {
  readonly #office: Office;
  readonly #steps: readonly ErrandStep[];
  readonly #proposals: { readonly index: Index; readonly term: Term; readonly change: MemberChange }[] = [];
  #at = 0;
  #looks = 0;
  #waits = 0;
  #committed = 0;

  constructor(office: Office, steps: readonly ErrandStep[]) {
    this.#office = office;
    this.#steps = steps;
  }

  /** Whether everything is done. */
  get done(): boolean {
    return this.#at >= this.#steps.length;
  }

  /** How many configurations that it has asked for are known to be committed. */
  get committed(): number {
    this.#settleProposals();
    return this.#committed;
  }

  /** Looks how things stand, and does what is next. */
  look(): void {
    this.#looks++;
    this.#settleProposals();
    while (!this.done && this.#advance(this.#steps[this.#at])) {
      this.#at++;
      this.#waits = 0;
    }
  }

  /** Whether the step is done. */
  #advance(step: ErrandStep): boolean {
    const office = this.#office;
    switch (step.type) {
      case "enlist":
        office.enlist(step.name);
        return true;
      case "renew":
        return office.renew(step.name);
      case "err": {
        const result = office.ask(step.change, this.#looks);
        if (result?.type === "refused") office.onRefused(result.reason);
        return result?.type === "refused" && result.reason === step.refusal;
      }
      case "ask":
        if (isSo(office.settled, step.change)) return true;
        // What was proposed may still come: one asks again only when it was lost, or nobody knows after a while.
        if (this.#proposals.length === 0 || ++this.#waits > LOOKS_TO_FORGET) this.#ask(step.change);
        return false;
    }
  }

  #ask(change: MemberChange): void {
    this.#waits = 0;
    const result = this.#office.ask(change, this.#looks);
    if (result === null) return;
    if (result.type === "refused") return this.#office.onRefused(result.reason);
    this.#proposals.push({ index: result.index, term: result.term, change });
  }

  #settleProposals(): void {
    for (let at = this.#proposals.length - 1; at >= 0; at--) {
      const { index, term, change } = this.#proposals[at];
      const fate = this.#office.fate(index, term);
      if (fate === "open") continue;
      this.#proposals.splice(at, 1);
      if (fate === "lost") continue;
      this.#committed++;
      this.#office.onCommitted(change);
    }
  }
}

/** Whether a configuration is as `change` would make it. */
function isSo({ members }: Configuration, { type, id }: MemberChange): boolean {
  const role = members.find((member) => member.id === id)?.role;
  if (type === "remove") return role === undefined;
  return role === ROLE_AFTER[type] || (type === "addLearner" && role === "voter");
}

const ROLE_AFTER: Readonly<Record<Exclude<MemberChange["type"], "remove">, MemberRole>> = {
  addLearner: "learner",
  promote: "voter",
  demote: "learner",
};
