/** What `@std/cli` declares of `parseArgs`. Names that were not declared are no keys of the result here; genuine std types them `unknown`. */

export interface ParseOptions<
  B extends string,
  S extends string,
  C extends string,
  N extends string,
  D extends Record<string, unknown>,
> {
  /** Flags without a value; `false` when absent. */
  boolean?: B | readonly B[];
  /** Options with a text value; absent when not given. */
  string?: S | readonly S[];
  /** Options that may be repeated: their values arrive as one array, empty when absent. */
  collect?: C | readonly C[];
  /** Options that `--no-name` turns off. */
  negatable?: N | readonly N[];
  default?: D;
  alias?: Record<string, string | readonly string[]>;
  /** Puts everything after the first argument that is no option into `_`, unparsed. */
  stopEarly?: boolean;
  /** Keeps what follows `--` apart, under the key `--`. */
  "--"?: boolean;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

type Given<B extends string, S extends string, C extends string, N extends string> =
  & { [K in B]: boolean }
  & { [K in Exclude<S, C>]?: K extends N ? string | false : string }
  & { [K in Extract<C, S>]: string[] }
  & { [K in Exclude<C, S>]: unknown[] };

type WithDefaults<G, D> =
  & Omit<G, keyof D>
  & { [K in keyof D]: K extends keyof G ? NonNullable<G[K]> | D[K] : unknown };

export type Args<T> = T & { _: Array<string | number>; "--"?: string[] };

export declare function parseArgs<
  B extends string = never,
  S extends string = never,
  C extends string = never,
  N extends string = never,
  D extends Record<string, unknown> = Record<never, never>,
>(args: string[], options?: ParseOptions<B, S, C, N, D>): Args<WithDefaults<Given<B, S, C, N>, D>>;
