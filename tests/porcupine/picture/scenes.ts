import { buildScene } from "../../../porcupine/picture/scene.ts";
import type { PictureOptions } from "../../../porcupine/picture/mod.ts";
import { type PageScene, readScene } from "../../../porcupine/picture/page/scene.ts";
import { checkOperations, type Model, type Operation, type Verdict } from "../../../porcupine/mod.ts";

/** A history with its verdict, and the scene that the page reads back. */
export interface Drawn {
  readonly verdict: Verdict;
  readonly scene: PageScene;
}

/** Judges a history, packs it, and reads it as the page does. */
export async function draw<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: PictureOptions<Input, Output> = {},
): Promise<Drawn> {
  const verdict = checkOperations(model, operations);
  const { facts, columns } = buildScene({ model, operations }, verdict, options);
  return { verdict, scene: await readScene(JSON.parse(JSON.stringify(facts)), columns) };
}
