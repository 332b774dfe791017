/**
 * What the HTTP port serves: requests in, answers out, no socket in between.
 *
 * ```text
 * GET    /kv/KEY                 one entry
 * PUT    /kv/KEY                 {"value": TEXT, "version"?: N, "lease"?: N}
 * POST   /kv/KEY                 {"append": TEXT}
 * DELETE /kv/KEY[?version=N]
 * GET    /scan?prefix=&after=&limit=
 * GET    /watch?prefix=&after=   one JSON object a line, until the client goes
 * POST   /batch                  {"conditions": [...], "writes": [...]}
 * GET    /health, /metrics
 * ```
 * @module
 */

import type { Clerk, ScanOptions } from "../clerk.ts";
import { CompactedError, RefusedError, UnknownOutcomeError } from "../errors.ts";
import { BadInputError } from "../store/bad_input.ts";
import type { KeyRange, ScanPage } from "../store/types.ts";
import { countField, onlyFields, readConditions, readFields, readWrites, textField } from "./input.ts";
import type { HttpRequest } from "./request_reader.ts";
import { type HttpResponse, json, problem } from "./response.ts";

/** How a node is. */
export interface Health {
  /** Whether it knows a leader, and so can serve. */
  readonly ok: boolean;
  /** What is shown besides. */
  readonly [detail: string]: unknown;
}

/** What the routes ask of a store. A `Clerk` is one; a store that is cut into shards has another, whose scans have no revision. */
export interface HttpStore extends Pick<Clerk, "entry" | "put" | "append" | "batch" | "revision" | "watch"> {
  /** See `Clerk.scan`. */
  scan(range: KeyRange, options: ScanOptions): Promise<Pick<ScanPage, "entries" | "more">>;
}

/** What the routes need of their process. */
export interface RouteServices {
  readonly store: HttpStore;
  /** What a client must show as `Authorization: Bearer`; null on a loopback port. */
  readonly token: string | null;
  readonly health: () => Health;
  /** The metrics in Prometheus' text format. */
  readonly metrics: () => string;
  /** Whether two texts are the same, in constant time. */
  readonly sameText: (left: string, right: string) => boolean;
}

type Handler = (
  request: HttpRequest,
  rest: string,
  query: URLSearchParams,
  signal: AbortSignal,
) => Promise<HttpResponse>;

/** Answers `request`. Never rejects. `signal` fires when the client has gone. */
export async function answerHttp(
  services: RouteServices,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { token, sameText } = services;
  const question = request.target.indexOf("?");
  const path = question === -1 ? request.target : request.target.slice(0, question);
  const query = new URLSearchParams(question === -1 ? "" : request.target.slice(question + 1));
  // Health is what load balancers ask, who know no token; it tells nothing that is stored.
  if (path === "/health") return health(services);
  const given = /^Bearer (.*)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token !== null && (given === undefined || !sameText(given, token))) {
    return problem(
      401,
      "unauthorized",
      "Cannot serve a client without the token: send Authorization: Bearer TOKEN",
    );
  }
  const [, first, rest] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? ["", "", ""];
  const handlers = routesOf(services).get(first);
  if (handlers === undefined) {
    return problem(
      404,
      "noSuchRoute",
      "There is nothing here: see /kv/KEY, /scan, /watch, /batch, /health, /metrics",
    );
  }
  const handler = handlers.get(request.method);
  if (handler === undefined) {
    return problem(
      405,
      "badMethod",
      `Cannot ${request.method} here: use ${[...handlers.keys()].join(" or ")}`,
    );
  }
  try {
    return await handler(request, decodePath(rest), query, signal);
  } catch (error) {
    return failure(error);
  }
}

function routesOf(services: RouteServices): ReadonlyMap<string, ReadonlyMap<string, Handler>> {
  const { store } = services;
  return new Map([
    [
      "kv",
      new Map<string, Handler>([
        ["GET", (_, key, __, signal) => get(store, key, signal)],
        ["PUT", (request, key, _, signal) => put(store, request, key, signal)],
        ["POST", (request, key, _, signal) => append(store, request, key, signal)],
        ["DELETE", (_, key, query, signal) => remove(store, key, query, signal)],
      ]),
    ],
    ["scan", new Map<string, Handler>([["GET", (_, __, query, signal) => scan(store, query, signal)]])],
    ["watch", new Map<string, Handler>([["GET", (_, __, query, signal) => watch(store, query, signal)]])],
    [
      "batch",
      new Map<string, Handler>([["POST", (request, _, __, signal) => batch(store, request, signal)]]),
    ],
    [
      "metrics",
      new Map<string, Handler>([["GET", () => {
        const type = "text/plain; version=0.0.4; charset=utf-8";
        return Promise.resolve({ kind: "whole", status: 200, type, body: services.metrics() });
      }]]),
    ],
  ]);
}

function health(services: RouteServices): HttpResponse {
  const state = services.health();
  return json(state, state.ok ? 200 : 503);
}

async function get(store: HttpStore, key: string, signal: AbortSignal): Promise<HttpResponse> {
  const entry = await store.entry(key, { signal });
  return entry === null ? problem(404, "noSuchKey", `There is no key ${JSON.stringify(key)}`) : json(entry);
}

async function put(
  store: HttpStore,
  request: HttpRequest,
  key: string,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const fields = readFields(request.body);
  onlyFields(fields, ["value", "version", "lease"]);
  const value = textField(fields, "value");
  const version = countField(fields, "version");
  const lease = countField(fields, "lease") ?? 0;
  if (version === null) return json(await store.put(key, value, { lease, signal }));
  const result = await store.batch([{ kind: "version", key, version }], [{ op: "put", key, value, lease }], {
    signal,
  });
  if (result.kind === "done") return json({ version: version + 1, revision: result.revision });
  return json(result, 409);
}

async function append(
  store: HttpStore,
  request: HttpRequest,
  key: string,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const fields = readFields(request.body);
  onlyFields(fields, ["append"]);
  return json(await store.append(key, textField(fields, "append"), { signal }));
}

async function remove(
  store: HttpStore,
  key: string,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const version = numberIn(query, "version");
  const conditions = version === null ? [] : [{ kind: "version", key, version } as const];
  const result = await store.batch(conditions, [{ op: "delete", key }], { signal });
  if (result.kind !== "done") return json(result, 409);
  return json({ deleted: result.previousVersions[0] > 0, revision: result.revision });
}

async function scan(store: HttpStore, query: URLSearchParams, signal: AbortSignal): Promise<HttpResponse> {
  const after = query.get("after");
  const limit = numberIn(query, "limit") ?? 1000;
  return json(
    await store.scan({ kind: "prefix", prefix: query.get("prefix") ?? "" }, { after, limit, signal }),
  );
}

async function watch(store: HttpStore, query: URLSearchParams, signal: AbortSignal): Promise<HttpResponse> {
  const afterRevision = numberIn(query, "after") ?? (await store.revision({ signal })).revision;
  const events = store.watch({ kind: "prefix", prefix: query.get("prefix") ?? "" }, {
    afterRevision,
    signal,
  });
  return { kind: "stream", status: 200, type: "application/x-ndjson", lines: linesOf(events, signal) };
}

async function* linesOf(
  events: AsyncIterable<unknown>,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  try {
    for await (const event of events) yield `${JSON.stringify(event)}\n`;
  } catch (error) {
    // The head has left: the error is the last line.
    const said = failure(error);
    if (!signal.aborted && said.kind === "whole") yield said.body;
  }
}

async function batch(store: HttpStore, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const fields = readFields(request.body);
  onlyFields(fields, ["conditions", "writes"]);
  const result = await store.batch(readConditions(fields.conditions), readWrites(fields.writes), { signal });
  return json(result, result.kind === "done" ? 200 : 409);
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new BadInputError("badNumber", `Cannot take ${name}=${text}: give a whole number from 0 on`);
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new BadInputError("badText", "Cannot take a path that is not percent-encoded UTF-8", { cause });
  }
}

function failure(error: unknown): HttpResponse {
  if (error instanceof BadInputError) return problem(400, error.code, error.message);
  if (error instanceof CompactedError) return problem(409, error.code, error.message);
  if (error instanceof UnknownOutcomeError) return problem(504, error.code, error.message);
  if (error instanceof RefusedError) {
    return problem(error.code === "invalid" ? 400 : 503, error.code, error.message);
  }
  return problem(500, "internal", error instanceof Error ? error.message : String(error));
}
