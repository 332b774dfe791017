/**
 * The store over HTTP with JSON.
 * @module
 */

export { HttpProtocolError, type HttpRequest, HttpRequestReader } from "./request_reader.ts";
export { type HttpResponse, json, LAST_CHUNK, problem, renderChunk, renderResponse } from "./response.ts";
export { answerHttp, type Health, type HttpStore, type RouteServices } from "./routes.ts";
