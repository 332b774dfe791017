/**
 * Packed files as streams.
 * @module
 */

import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { InputStream } from "../worker/inputs.ts";
import { refuseInput } from "./refuse_input.ts";

/** How much is unpacked at once. */
const CHUNK_BYTES = 256 << 10;

/**
 * Opens a packed file.
 *
 * Not with `DecompressionStream`: that refuses a file of several packed parts, which is what `gzip >> file` makes.
 */
export function unpack(name: string): InputStream {
  const packed = createReadStream(name, { highWaterMark: CHUNK_BYTES });
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  // Without this an error of the file would end the process instead of the reading.
  packed.on("error", (error) => unpacked.destroy(error));
  const closed = new Promise<void>((resolve) => packed.once("close", resolve));
  const chunks = packed.pipe(unpacked)[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  return {
    read: async (into) => {
      try {
        while (rest.length === 0) {
          const { done, value } = await chunks.next();
          if (done === true) return 0;
          rest = value;
        }
      } catch (cause) {
        return refuseInput(name, cause);
      }
      const count = Math.min(into.length, rest.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    close: () => {
      packed.destroy();
      unpacked.destroy();
      // A read that is under way still holds the file: whoever goes on before it has ended leaves it open.
      return closed;
    },
  };
}
