import type { Random } from "./random.ts";

/** A correct object that is told what to do at once, and forgets nothing: the other half of a crowd. */
export interface CrowdObject<Input, Output> {
  /** Draws a request. */
  ask(client: number, random: Random): Input;
  /** Carries it out. */
  run(input: Input, client: number): Output;
  /** An answer that cannot be, whatever the order: to the request at hand, whose true answer is given. */
  lie(input: Input, output: Output): Output | undefined;
}

/** One event of a crowd. Operations are numbered by call. */
export type CrowdEvent<Input, Output> =
  | { readonly kind: "call"; readonly operation: number; readonly client: number; readonly input: Input }
  | {
    readonly kind: "return";
    readonly operation: number;
    readonly output: Output;
    /** Whether the answer is one that cannot be. */
    readonly isLie: boolean;
  }
  | { readonly kind: "lost"; readonly operation: number };

/** What a crowd looks like. */
export interface CrowdOptions {
  /** Clients, all of them busy all the time. */
  readonly clients: number;
  readonly operations: number;
  /** The operation from which on the first lie that can be told is told; `Infinity`: none. */
  readonly lieFrom: number;
  /** One of so many operations is never answered; 0: none. */
  readonly lostEvery: number;
}

interface Slot<Input, Output> {
  operation: number;
  input: Input;
  output: { readonly value: Output } | undefined;
}

/**
 * Clients that are never idle: each calls again as soon as it is answered, so that at no instant all is quiet. Every request
 * takes effect at a random instant between its call and its return. Events are made one after the other, so that a long
 * history needs no memory.
 */
export function* crowd<Input, Output>(
  object: CrowdObject<Input, Output>,
  { clients, operations, lieFrom, lostEvery }: CrowdOptions,
  random: Random,
): Generator<CrowdEvent<Input, Output>> {
  const slots: (Slot<Input, Output> | undefined)[] = new Array(clients).fill(undefined);
  let called = 0;
  let open = 0;
  let lying = false;
  while (called < operations || open > 0) {
    const client = random.below(clients);
    const slot = slots[client];
    if (slot === undefined) {
      if (called >= operations) continue;
      const input = object.ask(client, random);
      slots[client] = { operation: called, input, output: undefined };
      open++;
      yield { kind: "call", operation: called++, client, input };
    } else if (slot.output === undefined) slot.output = { value: object.run(slot.input, client) };
    else {
      slots[client] = undefined;
      open--;
      const { operation, input, output } = slot;
      if (lostEvery > 0 && operation % lostEvery === lostEvery - 1) {
        yield { kind: "lost", operation };
        continue;
      }
      const lie = lying || operation < lieFrom ? undefined : object.lie(input, output.value);
      if (lie !== undefined) lying = true;
      yield { kind: "return", operation, output: lie ?? output.value, isLie: lie !== undefined };
    }
  }
}
