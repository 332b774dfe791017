/**
 * Replies about the connection, and about what failed.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../errors.ts";
import { errorReply, NULL, OK, type Reply, type RespVersion } from "./reply.ts";

/** What a connection says of itself. */
export interface ClientAbout {
  readonly id: number;
  name: string;
}

/** Answers `CLIENT`. */
export function clientReply(about: ClientAbout, [word, ...rest]: readonly string[]): Reply {
  switch (word.toLowerCase()) {
    case "id":
      return { kind: "integer", value: about.id };
    case "getname":
      return about.name === "" ? NULL : { kind: "text", value: about.name };
    case "setname":
      if (rest.length !== 1 || !/^[\x21-\x7e]{0,256}$/.test(rest[0])) {
        return errorReply("Client names cannot contain spaces, newlines or special characters.");
      }
      about.name = rest[0];
      return OK;
    case "setinfo":
      return OK;
    default:
      return errorReply("CLIENT knows ID, GETNAME, SETNAME and SETINFO");
  }
}

/** Answers `HELLO`. */
export function helloReply(
  { id }: ClientAbout,
  { version, role }: { readonly version: string; readonly role: () => string },
  protocol: RespVersion,
): Reply {
  const text = (value: string): Reply => ({ kind: "text", value });
  return {
    kind: "map",
    pairs: [
      ["server", text("flotilla")],
      ["version", text(version)],
      ["proto", { kind: "integer", value: protocol }],
      ["id", { kind: "integer", value: id }],
      ["mode", text("standalone")],
      ["role", text(role())],
      ["modules", { kind: "list", items: [] }],
    ],
  };
}

/** How a request ends that brings no result. The code tells programs what is known. */
export function failureReply(error: Error): Reply {
  if (error instanceof UnknownOutcomeError) return errorReply(error.message, "UNKNOWN");
  if (error instanceof RefusedError && error.code !== "invalid") {
    return errorReply(`${error.message}; nothing was changed, try again`, "TRYAGAIN");
  }
  return errorReply(error.message);
}

/** Takes the same time wherever the texts differ. */
export function sameText(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at++) {
    difference |= left.charCodeAt(at) ^ (right.charCodeAt(at % right.length) || 0);
  }
  return difference === 0;
}
