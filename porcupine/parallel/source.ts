import { describeError } from "../naming_model.ts";
import { type Model, type ModelSource, PorcupineError } from "../types.ts";

/** Builds the model that a source describes, in a thread that has only the description. */
export async function modelFrom(source: ModelSource): Promise<Model<unknown, unknown, unknown>> {
  const models: unknown[] = [];
  for (const inner of source.models ?? []) models.push(await modelFrom(inner));
  let module: Record<string, unknown>;
  try {
    module = await import(source.module);
  } catch (error) {
    throw new PorcupineError(
      "worker-failed",
      `the model's module ${source.module} cannot be loaded: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
  const factory = module[source.name];
  if (typeof factory !== "function") {
    const message = `${source.module} has no function ${source.name}; correct the model's source`;
    throw new PorcupineError("worker-failed", message);
  }
  let model: unknown;
  try {
    model = factory(...models, ...source.arguments ?? []);
  } catch (error) {
    const message = `${source.name} of ${source.module} threw: ${describeError(error)}`;
    throw new PorcupineError("worker-failed", message);
  }
  if (isModel(model)) return model;
  throw new PorcupineError("worker-failed", `${source.name} of ${source.module} does not answer a model`);
}

function isModel(value: unknown): value is Model<unknown, unknown, unknown> {
  return typeof value === "object" && value !== null && "init" in value &&
    ("step" in value || "steps" in value);
}
