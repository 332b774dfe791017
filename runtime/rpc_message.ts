/**
 * Calls and answers as they travel.
 * @module
 */

import type { Codec } from "./network.ts";
import { copyValue, decodeValue, encodeValue, type WireValue } from "./wire.ts";
import { WireError } from "./wire_error.ts";

/** A call. */
export interface Request {
  readonly kind: "request";
  /** Which life of the caller asks: a restarted one must not take answers meant for its former self. */
  readonly life: number;
  readonly id: number;
  /** The method's place in the service. */
  readonly method: number;
  readonly body: WireValue;
}

/** An answer. `body` is the reply, or the reason of the refusal. */
export interface Reply {
  readonly kind: "reply" | "refused";
  readonly life: number;
  readonly id: number;
  readonly body: WireValue;
}

/** What travels on a service's channel. */
export type RpcMessage = Request | Reply;

const KINDS = ["request", "reply", "refused"] as const;

/** The codec of one end, which tells how large the last message was. */
export class MeasuringCodec implements Codec<RpcMessage> {
  /** Size of the last message encoded. */
  encodedBytes = 0;
  /** Size of the last message decoded. */
  decodedBytes = 0;

  encode(message: RpcMessage): Uint8Array {
    const method = message.kind === "request" ? message.method : 0;
    const { kind, life, id, body } = message;
    const bytes = encodeValue([KINDS.indexOf(kind), life, id, method, body]);
    this.encodedBytes = bytes.length;
    return bytes;
  }

  decode(bytes: Uint8Array): RpcMessage {
    this.decodedBytes = bytes.length;
    return toMessage(decodeValue(bytes));
  }

  copy(message: RpcMessage): RpcMessage {
    return { ...message, body: copyValue(message.body) };
  }
}

function toMessage(value: WireValue): RpcMessage {
  if (!Array.isArray(value) || value.length !== 5) {
    throw new WireError("malformed", "Cannot decode: not a call");
  }
  const [kind, life, id, method, body] = value as readonly WireValue[];
  if (typeof life !== "number" || typeof id !== "number" || typeof method !== "number") {
    throw new WireError("malformed", "Cannot decode: not a call");
  }
  if (kind === 0) return { kind: "request", life, id, method, body };
  if (kind !== 1 && kind !== 2) throw new WireError("malformed", `Cannot decode: no call is of kind ${kind}`);
  return { kind: KINDS[kind], life, id, body };
}
