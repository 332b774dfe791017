/**
 * The two languages that a node's client ports speak.
 * @module
 */

import {
  answerHttp,
  HttpProtocolError,
  HttpRequestReader,
  LAST_CHUNK,
  renderChunk,
  renderResponse,
} from "../http/mod.ts";
import { type HttpRequest, problem, type RouteServices } from "../http/mod.ts";
import {
  errorReply,
  renderReply,
  RequestReader,
  RespProtocolError,
  RespSession,
  type SessionServices,
} from "../resp/mod.ts";
import type { Limits } from "./limits.ts";
import { type Talk, TalkError, type TalkOutput } from "./listener.ts";

/** A stranger must not make this process keep megabytes before it has said the token. */
const STRANGER = { maxWords: 16, maxWordBytes: 4096, maxRequestBytes: 16384 };

let nextId = 1;

/** A conversation in RESP. */
export function respTalk(services: SessionServices, limits: Limits, output: TalkOutput): Talk {
  const session = new RespSession(nextId++, services, output);
  const { maxValueBytes, maxRequestBytes } = limits;
  const trusted = { maxWords: 4096, maxWordBytes: maxValueBytes, maxRequestBytes };
  const reader = new RequestReader(session.trusted ? trusted : STRANGER);
  return {
    get space() {
      return reader.space;
    },
    took(count) {
      reader.took(count);
      try {
        for (let words = reader.next(); words !== null; words = reader.next()) {
          refuseBrowsers(words[0]);
          session.request(words);
          if (session.trusted && reader.limits !== trusted) reader.limits = trusted;
        }
      } catch (error) {
        if (!(error instanceof RespProtocolError)) throw error;
        throw new TalkError(renderReply(errorReply(`Protocol error: ${error.message}`), 2));
      }
    },
    get halfway() {
      return reader.halfway;
    },
    get busy() {
      return session.waiting > 0;
    },
    closed() {},
  };
}

/** A web page can make its reader's browser send lines to a port on loopback: they must not be taken for commands. */
function refuseBrowsers(word: Uint8Array): void {
  const first = word[0] | 0x20;
  if (first !== 0x70 && first !== 0x68) return;
  const name = String.fromCharCode(...word.subarray(0, 5)).toLowerCase();
  if (name !== "post" && name !== "host:") return;
  throw new TalkError(renderReply(errorReply("Protocol error: this port speaks RESP, not HTTP"), 2));
}

/** A conversation in HTTP: one request after the other. */
export function httpTalk(services: RouteServices, limits: Limits, output: TalkOutput): Talk {
  const gone = new AbortController();
  const reader = new HttpRequestReader(
    limits.maxRequestBytes,
    () => output.send("HTTP/1.1 100 Continue\r\n\r\n"),
  );
  const waiting: HttpRequest[] = [];
  let busy = false;
  async function work(): Promise<void> {
    busy = true;
    for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
      await serve(request);
      if (request.keepAlive) continue;
      output.end();
      break;
    }
    busy = false;
  }
  async function serve(request: HttpRequest): Promise<void> {
    const response = await answerHttp(services, request, gone.signal);
    output.send(renderResponse(response, request.keepAlive));
    if (response.kind === "whole") return;
    for await (const line of response.lines) {
      output.send(renderChunk(line));
      await output.drained();
    }
    output.send(LAST_CHUNK);
  }
  return {
    get space() {
      return reader.space;
    },
    took(count) {
      reader.took(count);
      try {
        for (let request = reader.next(); request !== null; request = reader.next()) waiting.push(request);
      } catch (error) {
        if (!(error instanceof HttpProtocolError)) throw error;
        throw new TalkError(renderResponse(problem(error.status, error.code, error.message), false));
      } finally {
        // Also what came before bytes that make no sense: its answer is due first.
        if (!busy) void work();
      }
    },
    get halfway() {
      return reader.halfway;
    },
    get busy() {
      return busy;
    },
    closed() {
      gone.abort(new Error("The client has gone"));
    },
  };
}
