import type { KvInput, KvOutput } from "../../../porcupine/models/kv.ts";
import type { RegisterInput, RegisterOutput, RegisterValue } from "../../../porcupine/models/register.ts";
import type {
  Versioned,
  VersionedKvInput,
  VersionedKvOutput,
} from "../../../porcupine/models/versioned_kv.ts";
import type { Random, Shape } from "./random.ts";

/** Reads, writes and compare-and-sets; values repeat, unless `unique`. */
export function registerShape(
  options: { unique?: boolean; cas?: boolean } = {},
): Shape<RegisterValue, RegisterInput, RegisterOutput> {
  let fresh = 0;
  const value = (random: Random): number => options.unique ? ++fresh : random.below(3);
  const old = (random: Random): RegisterValue =>
    options.unique ? Math.max(0, fresh - random.below(4)) || null : random.below(3);
  return {
    init: () => null,
    input: (random) => {
      const f = random.pick(
        options.cas === false ? ["read", "write"] as const : ["read", "write", "cas"] as const,
      );
      if (f === "read") return { f };
      return f === "write" ? { f, value: value(random) } : { f, from: old(random), to: value(random) };
    },
    run: (state, input) => {
      if (input.f === "read") return [state, { f: "read", value: state }];
      if (input.f === "write") return [input.value, { f: "write" }];
      const swapped = state === input.from;
      return [swapped ? input.to : state, { f: "cas", swapped }];
    },
    guess: (input, random) => {
      if (input.f === "read") return { f: "read", value: random.below(5) === 0 ? null : old(random) };
      return input.f === "write" ? { f: "write" } : { f: "cas", swapped: random.below(2) === 0 };
    },
  };
}

/** Gets, puts and appends of one key or two; tokens repeat, unless `unique`. */
export function kvShape(
  options: { unique?: boolean; keys?: number; puts?: boolean; appends?: boolean } = {},
): Shape<Map<string, string>, KvInput, KvOutput> {
  let fresh = 0;
  const token = (random: Random): string =>
    options.unique ? `${(++fresh).toString(36)} ` : random.pick(["a", "b", "ab"]);
  return {
    init: () => new Map(),
    input: (random) => {
      const key = `k${random.below(options.keys ?? 1)}`;
      const f = random.pick(
        options.puts === false
          ? ["get", "append"] as const
          : options.appends === false
          ? ["get", "put"] as const
          : ["get", "put", "append"] as const,
      );
      return f === "get" ? { f, key } : { f, key, value: token(random) };
    },
    run: (state, input) => {
      const held = state.get(input.key) ?? "";
      if (input.f === "get") return [state, { f: "get", value: held }];
      return [new Map(state).set(input.key, input.f === "put" ? input.value : held + input.value), {
        f: input.f,
      }];
    },
    guess: (input, random) => {
      if (input.f !== "get") return { f: input.f };
      if (!options.unique) return { f: "get", value: random.pick(["", "a", "b", "ab", "aab", "ba"]) };
      const tokens = Array.from(
        { length: random.below(3) },
        () => `${(1 + random.below(fresh + 1)).toString(36)} `,
      );
      return { f: "get", value: tokens.join("") };
    },
  };
}

/** Gets and versioned puts of one key. Values repeat, unless `unique`; versions stay below 5, unless they climb. */
export function versionedShape(
  options: { unique?: boolean; climbs?: boolean } = {},
): Shape<Versioned, VersionedKvInput, VersionedKvOutput> {
  let fresh = 0;
  let puts = 0;
  // Some three puts name each version, so that most often one of them comes in time.
  const version = (random: Random): number =>
    options.climbs ? Math.max(0, Math.floor(puts / 3) + random.below(3) - 1) : random.below(4);
  const value = (random: Random): string => options.unique ? `v${++fresh}` : random.pick(["a", "b", ""]);
  return {
    init: () => ({ value: "", version: 0 }),
    input: (random) => {
      if (random.below(3) === 0) return { f: "get", key: "k" };
      puts++;
      return { f: "put", key: "k", value: value(random), version: version(random) };
    },
    run: (state, input, random) => {
      if (input.f === "get") {
        if (state.version === 0 && random.below(2) === 0) return [state, { f: "get", error: "noKey" }];
        return [state, { f: "get", ...state }];
      }
      const stored = input.version === state.version;
      const next = stored ? { value: input.value, version: state.version + 1 } : state;
      const noKey = !stored && state.version === 0 && random.below(2) === 0;
      const result = random.below(4) === 0 ? "maybe" : stored ? "ok" : noKey ? "noKey" : "version";
      return [next, { f: "put", result }];
    },
    guess: (input, random) => {
      if (input.f === "put") return { f: "put", result: random.pick(["ok", "version", "maybe", "noKey"]) };
      if (random.below(6) === 0) return { f: "get", error: "noKey" };
      const seen = options.unique ? `v${1 + random.below(fresh + 1)}` : random.pick(["a", "b", ""]);
      return { f: "get", value: seen, version: version(random) };
    },
  };
}
