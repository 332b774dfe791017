/**
 * Where each operation stands, as far as its answer says: in which block - operations that must stand together, such as a
 * write and the reads of it - and at which step of the block. Known only where values are written once.
 */
export interface Blocks {
  /** By operation; -1 for one that may stand anywhere, or need not have taken place. */
  readonly block: Int32Array;
  /** By operation: the step within its block; operations at one step may stand in any order. */
  readonly step: Int32Array;
  readonly count: number;
  /** The block of the initial value, which comes first. */
  readonly initial: number;
  /** Answered operations that only need the state to be another one than a given block's step: they find a place later. */
  readonly loose: readonly Loose[];
}

/** An operation that is right wherever the state is not `block` at `step`. */
export interface Loose {
  readonly operation: number;
  readonly block: number;
  readonly step: number;
}

/** No order whatever explains these. */
export interface Impossible {
  readonly operations: readonly number[];
  readonly because: string;
}

/** Whether the answer is that there is no order. */
export function isImpossible(found: Blocks | Impossible): found is Impossible {
  return "because" in found;
}

/** Blocks being filled. */
export class Draft {
  /** See {@linkcode Blocks}. */
  readonly block: Int32Array;
  /** See {@linkcode Blocks}. */
  readonly step: Int32Array;
  /** See {@linkcode Blocks}. */
  readonly loose: Loose[] = [];
  /** Block 0 is the initial value's. */
  count = 1;

  constructor(size: number) {
    this.block = new Int32Array(size).fill(-1);
    this.step = new Int32Array(size);
  }

  /** Puts an operation into a block. */
  place(operation: number, block: number, step: number): void {
    this.block[operation] = block;
    this.step[operation] = step;
  }

  /** What was filled in. */
  done(): Blocks {
    return { block: this.block, step: this.step, count: this.count, initial: 0, loose: this.loose };
  }
}
