import type { Answer, ClientId } from "../types.ts";

/** An operation in the window. */
export interface Watched<Input, Output> {
  /** The number the caller gave it. */
  readonly name: number;
  readonly client: ClientId;
  readonly input: Input;
  readonly call: number;
  /** `open`: its answer may still come; `lost`: it never will. */
  status: "open" | "returned" | "lost";
  ret: number;
  answer: Answer<Output>;
}
