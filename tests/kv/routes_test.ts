import { assert, assertEquals } from "@std/assert";
import { answerHttp, type HttpStore, type RouteServices } from "../../kv/http/routes.ts";
import type { HttpResponse } from "../../kv/http/response.ts";
import { CompactedError, RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";

const NEVER = new AbortController().signal;

/** A store that notes what it is asked, and answers from `answers` by the name of what was called. */
function storeOf(answers: { readonly [name: string]: unknown }): { store: HttpStore; asked: unknown[] } {
  const asked: unknown[] = [];
  const answer = (name: string) => (...given: unknown[]) => {
    asked.push([name, ...given.map(withoutSignal)]);
    const value = answers[name];
    return name === "watch" ? value : value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  };
  const names = ["entry", "put", "append", "batch", "revision", "watch", "scan"];
  return {
    store: Object.fromEntries(names.map((name) => [name, answer(name)])) as unknown as HttpStore,
    asked,
  };
}

function withoutSignal(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("signal" in given)) return given;
  const { signal, ...rest } = given;
  assert(signal === NEVER, "whatever is asked ends when the client goes");
  return rest;
}

/** The answer to a request such as `PUT /kv/a`, and what the store was asked. */
async function ask(
  line: string,
  { body, answers = {}, token = null, headers = {}, ok = true }: {
    readonly body?: unknown;
    readonly answers?: { readonly [name: string]: unknown };
    readonly token?: string | null;
    readonly headers?: { readonly [name: string]: string };
    readonly ok?: boolean;
  } = {},
): Promise<{ response: HttpResponse; status: number; said: unknown; asked: unknown[] }> {
  const [method, target] = line.split(" ");
  const { store, asked } = storeOf(answers);
  const services: RouteServices = {
    store,
    token,
    health: () => ({ ok }),
    metrics: () => "metrics 1\n",
    sameText: (left, right) => left === right,
  };
  const bytes = new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body));
  const request = { method, target, headers: new Map(Object.entries(headers)), body: bytes, keepAlive: true };
  const response = await answerHttp(services, request, NEVER);
  const text = response.kind === "whole" ? response.body : "";
  const said = text.startsWith("{") ? JSON.parse(text) : text;
  return { response, status: response.status, said: said.error?.code ?? said, asked };
}

Deno.test("each route asks the store for what it says, and answers what the store has answered", async () => {
  const entry = { value: "v", version: 3, lease: 0 };
  const read = await ask("GET /kv/a%2Fb/c?x=1", { answers: { entry } });
  assertEquals([read.status, read.said, read.asked], [200, entry, [["entry", "a/b/c", {}]]]);
  const none = await ask("GET /kv/a", { answers: { entry: null } });
  assertEquals([none.status, none.said], [404, "noSuchKey"]);

  const put = await ask("PUT /kv/a", { body: { value: "v" }, answers: { put: { version: 1 } } });
  assertEquals([put.status, put.said, put.asked], [200, { version: 1 }, [["put", "a", "v", { lease: 0 }]]]);
  const append = await ask("POST /kv/a", { body: { append: "x" }, answers: { append: { version: 2 } } });
  assertEquals([append.said, append.asked], [{ version: 2 }, [["append", "a", "x", {}]]]);

  const page = { entries: [], more: false };
  const scan = await ask("GET /scan?prefix=p%20&after=q&limit=7", { answers: { scan: page } });
  assertEquals([scan.said, scan.asked], [page, [
    ["scan", { kind: "prefix", prefix: "p " }, { after: "q", limit: 7 }],
  ]]);
  const all = await ask("GET /scan", { answers: { scan: page } });
  assertEquals(all.asked, [["scan", { kind: "prefix", prefix: "" }, { after: null, limit: 1000 }]]);
  const metrics = await ask("GET /metrics");
  assertEquals([metrics.status, metrics.said], [200, "metrics 1\n"]);
});

Deno.test("a put or a delete at a version is one batch with that condition, and a version that is another one is a conflict", async () => {
  const done = { kind: "done", revision: 9, previousVersions: [4] };
  const body = { value: "v", version: 4, lease: 5 };
  const put = await ask("PUT /kv/a", { body, answers: { batch: done } });
  const condition = { kind: "version", key: "a", version: 4 };
  assertEquals([put.status, put.said, put.asked], [200, { version: 5, revision: 9 }, [
    ["batch", [condition], [{ op: "put", key: "a", value: "v", lease: 5 }], {}],
  ]]);
  const removed = await ask("DELETE /kv/a?version=4", { answers: { batch: done } });
  assertEquals([removed.status, removed.said, removed.asked], [200, { deleted: true, revision: 9 }, [
    ["batch", [condition], [{ op: "delete", key: "a" }], {}],
  ]]);
  const nothing = await ask("DELETE /kv/a", { answers: { batch: { ...done, previousVersions: [0] } } });
  assertEquals([nothing.said, nothing.asked], [{ deleted: false, revision: 9 }, [
    ["batch", [], [{ op: "delete", key: "a" }], {}],
  ]]);
  const failed = { kind: "conditionFailed", at: 0 };
  for (const line of ["PUT /kv/a", "DELETE /kv/a?version=4", "POST /batch"]) {
    const posted = line.startsWith("PUT") ? body : { conditions: [condition], writes: [] };
    const conflict = await ask(line, { body: posted, answers: { batch: failed } });
    assertEquals([conflict.status, conflict.said], [409, failed], line);
  }
  const batch = await ask("POST /batch", { body: { writes: [] }, answers: { batch: done } });
  assertEquals([batch.status, batch.said], [200, done]);
});

Deno.test("a watch begins behind the revision that is named, or the present one, and tells as its last line why it ended", async () => {
  async function* events(): AsyncGenerator<unknown> {
    yield { revision: 6 };
    await Promise.resolve();
    throw new CompactedError(5, 7);
  }
  for (const line of ["GET /watch?prefix=p&after=5", "GET /watch?prefix=p"]) {
    const { response, asked, status } = await ask(line, {
      answers: { watch: events(), revision: { revision: 5 } },
    });
    assertEquals([status, asked.at(-1)], [200, ["watch", { kind: "prefix", prefix: "p" }, {
      afterRevision: 5,
    }]]);
    assert(response.kind === "stream");
    const lines = (await Array.fromAsync(response.lines)).map((text) => JSON.parse(text));
    assertEquals([lines[0], lines[1].error.code, lines.length], [{ revision: 6 }, "compacted", 2]);
  }
});

Deno.test("without the token nothing is answered but how the node is", async () => {
  const bearer = (text: string) => ({
    headers: { authorization: text },
    token: "secret",
    answers: { entry: null },
  });
  for (const given of ["", "Bearer wrong", "Basic secret", "secret"]) {
    const refused = await ask("GET /kv/a", bearer(given));
    assertEquals([refused.status, refused.said, refused.asked], [401, "unauthorized", []], given);
  }
  assertEquals((await ask("GET /kv/a", bearer("Bearer secret"))).status, 404);
  assertEquals((await ask("GET /nothing", bearer(""))).status, 401);
  assertEquals((await ask("GET /health?x=1", { token: "secret" })).status, 200);
  assertEquals((await ask("GET /health", { ok: false })).status, 503);
});

Deno.test("what makes no sense is said in a code, and asks the store for nothing", async () => {
  const cases: [string, unknown, number, string][] = [
    ["GET /nothing", undefined, 404, "noSuchRoute"],
    ["PATCH /kv/a", undefined, 405, "badMethod"],
    ["POST /scan", undefined, 405, "badMethod"],
    ["GET /kv/%ff", undefined, 400, "badText"],
    ["GET /scan?limit=-1", undefined, 400, "badNumber"],
    ["GET /scan?limit=1234567890123456", undefined, 400, "badNumber"],
    ["DELETE /kv/a?version=x", undefined, 400, "badNumber"],
    ["PUT /kv/a", { value: "v", versoin: 1 }, 400, "malformed"],
    ["PUT /kv/a", { value: 1 }, 400, "malformed"],
    ["POST /kv/a", { append: "x", more: 1 }, 400, "malformed"],
    ["POST /batch", { writes: [], condition: [] }, 400, "malformed"],
  ];
  for (const [line, body, status, code] of cases) {
    const answer = await ask(line, { body });
    assertEquals([answer.status, answer.said, answer.asked], [status, code, []], line);
  }
});

Deno.test("an end without an answer is told by its status: never done, perhaps done, too late, or a mistake of ours", async () => {
  const ends: [Error, number, string][] = [
    [new RefusedError("invalid", "no"), 400, "invalid"],
    [new RefusedError("timeout", "no"), 503, "timeout"],
    [new UnknownOutcomeError("perhaps"), 504, "unknown"],
    [new CompactedError(1, 2), 409, "compacted"],
    [new TypeError("ours"), 500, "internal"],
  ];
  for (const [error, status, code] of ends) {
    const answer = await ask("GET /kv/a", { answers: { entry: error } });
    assertEquals([answer.status, answer.said], [status, code]);
  }
});
