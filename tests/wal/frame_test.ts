import { assert, assertEquals } from "@std/assert";
import { crc32c } from "../../raft/wal/crc32c.ts";
import { HEAD_BYTES, readFrame, sealFrame, TAIL_BYTES } from "../../raft/wal/frame.ts";
import { mask } from "../../raft/wal/mask.ts";
import { type Random, seededRandom } from "../../runtime/mod.ts";
import { replay, seedsFrom } from "./seeds.ts";

const SALT = 0x1234abcd;
const SECTOR = 512;

/** A file of `start` bytes of something else and then frames around `payloads`. */
function fileOf(start: number, payloads: readonly Uint8Array[]) {
  const offsets: number[] = [];
  const chains = [7];
  let file = new Uint8Array(start).fill(0x11);
  for (const payload of payloads) {
    const frame = new Uint8Array(HEAD_BYTES + payload.length + TAIL_BYTES);
    frame.set(payload, HEAD_BYTES);
    offsets.push(file.length);
    chains.push(sealFrame(frame, SALT, chains.at(-1) as number));
    file = Uint8Array.from([...file, ...frame]);
  }
  return { file, offsets, chains };
}

function read(file: Uint8Array, offset: number, previous: number) {
  return readFrame(file, { offset, salt: SALT, previous });
}

function drawPayload(random: Random, most: number): Uint8Array {
  const payload = new Uint8Array(random.below(most + 1));
  if (random.chance(0.6)) payload.forEach((_, at) => payload[at] = random.below(256));
  return payload;
}

Deno.test("CRC-32C gives the values that RFC 3720 and the catalogues name", () => {
  const text = new TextEncoder();
  assertEquals(crc32c(text.encode("123456789")), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(0)), 0);
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, at) => 31 - at)), 0x113fdb5c);
  assertEquals(crc32c(text.encode("The quick brown fox jumps over the lazy dog")), 0x22620404);
});

Deno.test("a checksum goes on from another one, however the bytes are cut, at any offset of their buffer", () => {
  const random = seededRandom(1);
  // Long enough for both ways in which bytes are read: a whole that is read the one way is the sum of parts that are read the other.
  const bytes = Uint8Array.from({ length: 400 }, () => random.below(256));
  for (let cut = 0; cut <= bytes.length; cut++) {
    assertEquals(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut))), crc32c(bytes));
    assertEquals(crc32c(bytes.subarray(cut)), crc32c(bytes.slice(cut)));
  }
});

Deno.test("a mask comes off as it went on, leaves no 16 zeros in a row of zeros, and differs from key to key", () => {
  const seen = new Set<string>();
  for (const key of [0, 1, 2, 0x80000000, 0xffffffff]) {
    const bytes = new Uint8Array(5003);
    mask(bytes, key);
    for (let at = 0; at + 16 <= bytes.length; at += 16) {
      assert(bytes.subarray(at, at + 16).some((byte) => byte !== 0));
    }
    seen.add(bytes.subarray(0, 8).join());
    mask(bytes, key);
    assert(bytes.every((byte) => byte === 0));
  }
  assertEquals(seen.size, 5);
});

Deno.test("a mask is the same whatever the length of what it is put on: 0 to 700 bytes", () => {
  const whole = new Uint8Array(1024);
  mask(whole, 42);
  for (let length = 0; length <= 700; length++) {
    const part = new Uint8Array(length);
    mask(part, 42);
    // Behind the last whole word each byte has a word of its own.
    const words = length - length % 4;
    assertEquals(part.subarray(0, words), whole.subarray(0, words), `${length} bytes`);
  }
});

for (const seed of seedsFrom(Deno.args, 4)) {
  Deno.test(`frames of any payload, at any offset, are read back in a row (seed ${seed})`, () => {
    const random = seededRandom(seed).split("rows");
    for (let round = 0; round < 30; round++) {
      const payloads = Array.from({ length: random.between(1, 5) }, () => drawPayload(random, 1500));
      const { file, offsets, chains } = fileOf(random.below(1000), payloads);
      for (const [at, payload] of payloads.entries()) {
        const found = read(file, offsets[at], chains[at]);
        assertEquals(found, {
          kind: "whole",
          payload,
          end: offsets[at + 1] ?? file.length,
          chain: chains[at + 1],
        });
      }
      assertEquals(read(file, file.length, 0), { kind: "end" });
      const room = new Uint8Array(700);
      assertEquals(read(Uint8Array.from([...file, ...room]), file.length, 0), { kind: "end" });
    }
  });

  Deno.test(`the last frame, torn in any way that a crash can tear it, is seen to be torn (seed ${seed})`, () => {
    const random = seededRandom(seed).split("tears");
    for (let round = 0; round < 60; round++) {
      const { file, offsets, chains } = fileOf(random.below(1100), [
        drawPayload(random, 40),
        drawPayload(random, 2000),
      ]);
      const [, offset] = offsets;
      const where = replay("frame_test.ts", seed, `round ${round}`);
      for (let cut = offset + 1; cut < file.length; cut += random.between(1, 60)) {
        // The end of the write never came; the size of the file may have come without it.
        const short = file.subarray(0, cut);
        const padded = Uint8Array.from([...short, ...new Uint8Array(file.length - cut)]);
        const roomy = Uint8Array.from([...padded, ...new Uint8Array(1000)]);
        for (const torn of [short, padded, roomy]) {
          assertEquals(read(torn, offset, chains[1]).kind, "torn", `${where}cut at ${cut}`);
        }
      }
      const [first, last] = [Math.floor(offset / SECTOR), Math.floor((file.length - 1) / SECTOR)];
      for (let tear = 0; tear < 20; tear++) {
        const torn = file.slice();
        let lost = 0;
        for (let sector = first; sector <= last; sector++) {
          if (random.chance(0.5)) continue;
          torn.fill(0, Math.max(offset, sector * SECTOR), Math.min(torn.length, (sector + 1) * SECTOR));
          lost++;
        }
        assertEquals(
          read(torn, offset, chains[1]).kind,
          lost === 0 ? "whole" : lost === last - first + 1 ? "end" : "torn",
          `${where}${lost} sectors lost`,
        );
      }
    }
  });

  Deno.test(`a bit that flips in a frame is damage, in the last frame as in any other (seed ${seed})`, () => {
    const random = seededRandom(seed).split("flips");
    for (let round = 0; round < 3; round++) {
      const payloads = [drawPayload(random, 30), drawPayload(random, 600), drawPayload(random, 2000)];
      const { file, offsets, chains } = fileOf(random.below(1100), payloads);
      // Behind the two that were acknowledged lies one that a crash tore, or room.
      if (random.chance(0.5)) file.fill(0, offsets[2] + random.below(100));
      else file.fill(0, offsets[2], Math.ceil((offsets[2] + 1) / SECTOR) * SECTOR);
      for (const at of [0, 1]) {
        const end = offsets[at + 1];
        for (let bit = offsets[at] * 8; bit < end * 8; bit++) {
          file[bit >> 3] ^= 1 << (bit & 7);
          const { kind } = read(file, offsets[at], chains[at]);
          file[bit >> 3] ^= 1 << (bit & 7);
          assertEquals(
            kind,
            "damaged",
            replay("frame_test.ts", seed, `frame ${at}, bit ${bit - offsets[at] * 8}`),
          );
        }
      }
    }
  });
}

Deno.test("a payload of 3,000 zeros is no row of lost sectors: a bit that flips in it is damage, a lost sector is a tear", () => {
  for (const start of [0, 1, 400, 511]) {
    const { file, offsets, chains } = fileOf(start, [new Uint8Array(3000)]);
    for (let bit = start * 8; bit < file.length * 8; bit += 7) {
      file[bit >> 3] ^= 1 << (bit & 7);
      assertEquals(read(file, offsets[0], chains[0]).kind, "damaged", `start ${start}, bit ${bit}`);
      file[bit >> 3] ^= 1 << (bit & 7);
    }
    file.fill(0, 2 * SECTOR, 3 * SECTOR);
    assertEquals(read(file, offsets[0], chains[0]).kind, "torn");
  }
});

Deno.test("a frame that lost a sector, and has another behind it, is damage", () => {
  const { file, offsets, chains } = fileOf(10, [new Uint8Array(2000).fill(3), new Uint8Array(5)]);
  for (const sector of [0, 1, 2, 3]) {
    const lost = file.slice();
    lost.fill(0, Math.max(offsets[0], sector * SECTOR), Math.min(offsets[1], (sector + 1) * SECTOR));
    const found = read(lost, offsets[0], chains[0]);
    assertEquals(found.kind, "damaged", `sector ${sector}`);
  }
});

Deno.test("the log ends where its last frame does, whatever room follows, at any offset of its buffer", () => {
  for (let shift = 0; shift < 8; shift++) {
    for (let room = 0; room < 20; room++) {
      for (let last = 0; last <= room; last++) {
        const buffer = new Uint8Array(shift + 5 + room + shift);
        const file = buffer.subarray(shift, shift + 5 + room);
        buffer.fill(1, shift + 5 + room);
        if (last > 0) file[5 + last - 1] = 1;
        // A stray byte where the next head would be is no frame that anybody wrote.
        const kind = last === 0 ? "end" : "torn";
        assertEquals(read(file, 5, 0).kind, kind, `shift ${shift}, room ${room}, byte ${last}`);
      }
    }
  }
});

Deno.test("a whole frame of another file, of another place, or moved by a few sectors is damage", () => {
  const { file, offsets, chains } = fileOf(10, [
    new Uint8Array(100),
    new Uint8Array(100),
    new Uint8Array(100),
  ]);
  assertEquals(readFrame(file, { offset: 10, salt: SALT + 1, previous: chains[0] }).kind, "damaged");
  assertEquals(read(file, offsets[0], chains[0] + 1).kind, "damaged");
  assertEquals(read(file, offsets[2], chains[1]).kind, "damaged");
  const moved = new Uint8Array(file.length + 3 * SECTOR);
  moved.set(file.subarray(0, offsets[2]));
  moved.set(file.subarray(offsets[2]), offsets[2] + 3 * SECTOR);
  const found = read(moved, offsets[2], chains[2]);
  assert(found.kind === "damaged" && found.why.includes("whole frame follows"), JSON.stringify(found));
});

Deno.test("a payload that looks like frames does not make a torn frame look damaged", () => {
  const inner = fileOf(0, [new Uint8Array(50), new Uint8Array(50)]).file;
  const { file, offsets, chains } = fileOf(10, [
    Uint8Array.from([...inner, ...inner, ...new Uint8Array(1000)]),
  ]);
  for (let cut = offsets[0] + 1; cut < file.length; cut++) {
    assertEquals(read(file.subarray(0, cut), offsets[0], chains[0]).kind, "torn");
  }
});
