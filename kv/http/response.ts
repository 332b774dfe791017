/**
 * Answers over HTTP.
 * @module
 */

/** An answer. A `stream` goes on until it ends or the client goes. */
export type HttpResponse =
  | { readonly kind: "whole"; readonly status: number; readonly type: string; readonly body: string }
  | {
    readonly kind: "stream";
    readonly status: number;
    readonly type: string;
    readonly lines: AsyncIterable<string>;
  };

const REASONS: ReadonlyMap<number, string> = new Map([
  [200, "OK"],
  [201, "Created"],
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [409, "Conflict"],
  [411, "Length Required"],
  [413, "Content Too Large"],
  [431, "Request Header Fields Too Large"],
  [500, "Internal Server Error"],
  [503, "Service Unavailable"],
  [504, "Gateway Timeout"],
]);

/** `value` as an answer. */
export function json(value: unknown, status = 200): HttpResponse {
  return { kind: "whole", status, type: "application/json", body: `${JSON.stringify(value)}\n` };
}

/** An error as an answer: `code` for programs, `message` for people. */
export function problem(status: number, code: string, message: string): HttpResponse {
  return json({ error: { code, message } }, status);
}

/** The head of an answer, and the whole of one that is no stream. */
export function renderResponse(response: HttpResponse, keepAlive: boolean): string {
  const { status, type } = response;
  let head = `HTTP/1.1 ${status} ${REASONS.get(status) ?? "Status"}\r\ncontent-type: ${type}\r\n`;
  if (status === 401) head += "www-authenticate: Bearer\r\n";
  if (!keepAlive) head += "connection: close\r\n";
  if (response.kind === "stream") {
    return `${head}cache-control: no-store\r\ntransfer-encoding: chunked\r\n\r\n`;
  }
  const length = new TextEncoder().encode(response.body).length;
  return `${head}content-length: ${length}\r\n\r\n${response.body}`;
}

/** One piece of a stream. */
export function renderChunk(text: string): string {
  const length = new TextEncoder().encode(text).length;
  return length === 0 ? "" : `${length.toString(16)}\r\n${text}\r\n`;
}

/** The end of a stream. */
export const LAST_CHUNK = "0\r\n\r\n";
