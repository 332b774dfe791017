import type { ClientId, Model, Operation } from "../types.ts";

/** What is drawn: operations and the model that gives them their states. */
export interface PictureHistory<State, Input, Output> {
  /** The model the history was judged by. */
  readonly model: Model<State, Input, Output>;
  /** The operations that were judged, in the same order (verdicts name them by index). */
  readonly operations: readonly Operation<Input, Output>[];
}

/** Something that happened beside the operations: a fault, a leader's change, a remark. */
export interface Annotation {
  /** The lane it stands on; lanes of one name are shared. */
  readonly lane: string;
  /** When, on the clock of the operations. */
  readonly at: number;
  /** When it ended; the same instant if absent. */
  readonly until?: number;
  /** What it says in the picture. */
  readonly text: string;
  /** What it says when it is selected. */
  readonly detail?: string;
  /** A CSS colour. */
  readonly colour?: string;
}

/** How an operation is drawn: refused, or of unclear outcome, or as any other. */
export type PictureMark = "plain" | "failed" | "maybe";

/** What can be said about a picture. */
export interface PictureOptions<Input, Output> {
  /** The page's title. */
  readonly title?: string;
  /** Facts shown beside the verdict, such as a seed. */
  readonly facts?: Readonly<Record<string, string>>;
  /** A number for each operation by which its source names it, such as the line in a file; `lineName` says what it is. */
  readonly lines?: readonly number[];
  /** What `lines` counts; `line` by default. */
  readonly lineName?: string;
  /** Which requests were refused or of unclear outcome. */
  readonly mark?: (operation: Operation<Input, Output>, index: number) => PictureMark;
  /** A CSS colour for an operation; absent or `undefined`: by the name of the operation. */
  readonly colour?: (operation: Operation<Input, Output>, index: number) => string | undefined;
  /** The group in which a client is listed (a machine, a region); groups can be hidden. */
  readonly groupOf?: (client: ClientId) => string;
  /** Things that happened beside the operations. */
  readonly annotations?: readonly Annotation[];
}
