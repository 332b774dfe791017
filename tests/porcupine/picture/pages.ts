import {
  checkOperations,
  loadHistory,
  type Model,
  type Operation,
  type PictureOptions,
  renderHtml,
  versionedKvCodec,
} from "../../../porcupine/mod.ts";
import { type HistorySpec, linhistText, simulate, specOf } from "../generate.ts";
import { withOperations } from "../generate/operations.ts";
import type { GeneratedModel } from "../generate/spec.ts";

/** Pages in a folder that is gone afterwards. */
export class Pages implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Makes one. */
  static async make(): Promise<Pages> {
    return new Pages(await Deno.makeTempDir({ prefix: "picture-" }));
  }

  /** Writes a page; answers its address. */
  async write(name: string, html: string): Promise<string> {
    const path = `${this.#path}/${name}.html`;
    await Deno.writeTextFile(path, html);
    return `file://${path}`;
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#path, { recursive: true });
  }
}

function page<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: PictureOptions<Input, Output>,
): string {
  return renderHtml({ model, operations }, checkOperations(model, operations), options);
}

/** A generated history, or its bad twin. */
export function generated(
  partial: Partial<HistorySpec> & { model: GeneratedModel },
  twin: "ok" | "bad",
): string {
  const spec = specOf(partial);
  const { ok, bad } = simulate(spec);
  return withOperations(spec.model, twin === "bad" && bad !== undefined ? bad : ok, {
    use: ({ model, operations }) =>
      page(model, operations, {
        title: `${spec.model}, seed ${spec.seed}`,
        facts: { seed: String(spec.seed) },
      }),
  });
}

/** A small history of versioned puts with one stale read. */
export async function versioned(): Promise<string> {
  const spec = specOf({ model: "kvv", ops: 300, clients: 5, keys: 2, maybe: 0.1, seed: 9 });
  const text = linhistText(spec, simulate(spec).bad ?? []);
  const history = await loadHistory(versionedKvCodec, "stale.jsonl", [new TextEncoder().encode(text)]);
  return page(history.model, history.operations, {
    title: "A stale read",
    facts: { seed: "9" },
    lines: history.lines,
    mark: ({ input, outcome }) =>
      versionedKvCodec.mark(
        input,
        outcome.status === "ok" ? { known: true, output: outcome.output } : { known: false },
      ),
  });
}

/** Lost answers, groups of clients, annotations and colours. */
export function marked(): string {
  const { ok } = simulate(specOf({ model: "kv", ops: 60, clients: 4, crashed: 4, seed: 5 }));
  return withOperations("kv", ok, {
    use: (judgeable) => {
      const { model, operations } = judgeable;
      return page(model, operations, {
        title: "Marks",
        groupOf: (client) => `machine ${Number(client) % 2}`,
        colour: (_, i) => i % 9 === 0 ? "#b8860b" : undefined,
        mark: (_, i) => i % 5 === 0 ? "failed" : i % 7 === 0 ? "maybe" : "plain",
        annotations: [
          { lane: "network", at: 0, until: 30, text: "partition {0, 1} | {2}", detail: "by the nemesis" },
          { lane: "network", at: 60, text: "healed", colour: "#2e8b57" },
          { lane: "leader", at: 10, until: 70, text: "node 2, term 3", colour: "#6a5acd" },
        ],
      });
    },
  });
}
