/**
 * Replies, in either version of the protocol.
 * @module
 */

import { utf8Length } from "../store/bad_input.ts";

/** Which version a connection speaks: 2 until it says otherwise. */
export type RespVersion = 2 | 3;

/** One reply. */
export type Reply =
  /** A short word such as `OK`. */
  | { readonly kind: "simple"; readonly text: string }
  /** `code` is one word in capitals, for programs; `message` is for people. */
  | { readonly kind: "error"; readonly code: string; readonly message: string }
  | { readonly kind: "integer"; readonly value: bigint | number }
  | { readonly kind: "text"; readonly value: string }
  /** No value. */
  | { readonly kind: "null" }
  /** No list: what `EXEC` answers when a watched key was written. */
  | { readonly kind: "nullList" }
  | { readonly kind: "list"; readonly items: readonly Reply[] }
  /** Version 2 has no maps: keys and values take turns in a list. */
  | { readonly kind: "map"; readonly pairs: readonly (readonly [string, Reply])[] };

/** The usual word. */
export const OK: Reply = { kind: "simple", text: "OK" };
/** No value. */
export const NULL: Reply = { kind: "null" };

/** An error whose code says nothing more than that it is one. */
export function errorReply(message: string, code = "ERR"): Reply {
  return { kind: "error", code, message };
}

/** A reply as it travels; the text becomes bytes as UTF-8. */
export function renderReply(reply: Reply, version: RespVersion): string {
  switch (reply.kind) {
    case "simple":
      return `+${reply.text}\r\n`;
    case "error":
      // One line, whatever a message quotes: the rest would be taken for replies.
      return `-${reply.code} ${reply.message.replaceAll(/[\r\n]+/g, " ")}\r\n`;
    case "integer":
      return `:${reply.value}\r\n`;
    case "text":
      return `$${utf8Length(reply.value)}\r\n${reply.value}\r\n`;
    case "null":
      return version === 3 ? "_\r\n" : "$-1\r\n";
    case "nullList":
      return version === 3 ? "_\r\n" : "*-1\r\n";
    case "list":
      return `*${reply.items.length}\r\n${reply.items.map((item) => renderReply(item, version)).join("")}`;
    case "map": {
      const head = version === 3 ? `%${reply.pairs.length}` : `*${reply.pairs.length * 2}`;
      const body = reply.pairs.map(([key, value]) =>
        renderReply({ kind: "text", value: key }, version) + renderReply(value, version)
      );
      return `${head}\r\n${body.join("")}`;
    }
  }
}

/** Whether the texts of a list have more than `most` characters together. A text alone is never too long: it is one value. */
export function isLongerThan(reply: Reply, most: number): boolean {
  return reply.kind === "list" && textLength(reply) > most;
}

function textLength(reply: Reply): number {
  if (reply.kind === "text") return reply.value.length;
  let length = 0;
  if (reply.kind === "list") { for (const item of reply.items) length += textLength(item); }
  return length;
}
