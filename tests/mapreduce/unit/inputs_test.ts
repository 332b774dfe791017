import { assertEquals, assertRejects } from "@std/assert";
import { InputError, type InputStream, type OpenInput, type Segment } from "../../../mapreduce/mod.ts";
import { nameTask } from "../../../mapreduce/plan.ts";
import { splitInputs } from "../../../mapreduce/mod.ts";
import { openFile } from "../../../mapreduce/cli/input_files.ts";
import { readPieces } from "../../../mapreduce/worker/inputs.ts";
import { seededRandom } from "../../../runtime/mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An input whose reads bring drawn numbers of bytes, as pipes and packed files do. */
function openText(text: string, next: () => number): OpenInput {
  const bytes = encoder.encode(text);
  return (_name, { offset }): Promise<InputStream> => {
    let at = offset;
    return Promise.resolve({
      read: (into) => {
        const part = bytes.subarray(at, at + Math.min(into.length, 1 + Math.floor(next() * 9)));
        into.set(part);
        at += part.length;
        return Promise.resolve(part.length);
      },
      close: () => Promise.resolve(),
    });
  };
}

async function read(open: OpenInput, segment: Segment, pieceBytes: number, whole = false): Promise<string[]> {
  const pieces: string[] = [];
  for await (const { bytes } of readPieces(open, segment, { pieceBytes, whole })) {
    pieces.push(decoder.decode(bytes));
  }
  return pieces;
}

Deno.test("whatever the lines, the parts and the pieces, every line is read once, whole and in order (600 texts)", async () => {
  const random = seededRandom(3).split("inputs");
  for (let round = 0; round < 600; round++) {
    const lines = Array.from({ length: random.below(12) }, () => "x".repeat(random.below(20)));
    const text = lines.join("\n") + (random.chance(0.5) ? "\n" : "");
    const open = openText(text, () => random.next());
    const sizeBytes = encoder.encode(text).length;
    const splitBytes = random.between(1, 30);
    const tasks = splitInputs([{ name: "a", sizeBytes, gzip: false }], {
      splitBytes,
      whole: false,
      manyTasks: 1000,
    });
    const pieceBytes = random.between(2, 40);
    const pieces: string[] = [];
    for (const [segment] of tasks) pieces.push(...await read(open, segment, pieceBytes));
    const what = `round ${round}: ${JSON.stringify(text)}, parts of ${splitBytes}, pieces of ${pieceBytes}`;
    assertEquals(pieces.join(""), text, what);
    // Only the very last may end without a line break.
    assertEquals(pieces.slice(0, -1).every((piece) => piece.endsWith("\n")), true, what);
  }
});

Deno.test("an input that must stay whole comes in one piece, whatever its size", async () => {
  const text = "line\n".repeat(1000);
  const open = openText(text, () => 0.9);
  const [[segment]] = splitInputs([{ name: "a", sizeBytes: text.length, gzip: false }], {
    splitBytes: 10,
    whole: true,
    manyTasks: 1000,
  });
  assertEquals(await read(open, segment, 64, true), [text]);
});

Deno.test("a packed input is read to its end, however little of the disk it took", async () => {
  const text = "line\n".repeat(1000);
  const [[segment]] = splitInputs([{ name: "a.gz", sizeBytes: 40, gzip: true }], {
    splitBytes: 10,
    whole: false,
    manyTasks: 1000,
  });
  for (const whole of [false, true]) {
    assertEquals((await read(openText(text, () => 0.9), segment, 64, whole)).join(""), text);
  }
});

Deno.test("an input is let go of, once, when it has been read, when its reader has enough, and when it fails", async () => {
  for (const [fails, takes] of [[false, Infinity], [false, 1], [true, Infinity]] as const) {
    let closed = 0;
    const open: OpenInput = async (name, how) => ({
      ...await openText("line\n".repeat(100), () => 0.9)(name, how),
      ...(fails ? { read: () => Promise.reject(new InputError("unreadable", "no")) } : {}),
      close: () => Promise.resolve(void closed++),
    });
    const segment = { input: "a", fromByte: 0, toByte: 500, gzip: false };
    try {
      let taken = 0;
      for await (const _piece of readPieces(open, segment, { pieceBytes: 64, whole: false })) {
        if (++taken >= takes) break;
      }
    } catch (error) {
      assertEquals(error instanceof InputError, fails);
    }
    assertEquals(closed, 1);
  }
});

Deno.test("a file in which there is no going forward, such as a pipe, is unreadable, and is not left open", async () => {
  const prototype = Deno.FsFile.prototype;
  const { seek, close } = prototype;
  let closed = 0;
  prototype.seek = () => Promise.reject(new Error("Illegal seek (os error 29)"));
  prototype.close = function () {
    closed++;
    close.call(this);
  };
  try {
    const name = Deno.execPath();
    const error = await assertRejects(() => openFile(name, { offset: 5, gzip: false }), InputError, "seek");
    assertEquals([error.code, closed], ["unreadable", 1]);
  } finally {
    Object.assign(prototype, { seek, close });
  }
});

Deno.test("a line longer than a piece is not cut", async () => {
  const text = `short\n${"y".repeat(5000)}\nend\n`;
  const open = openText(text, () => 0.9);
  const segment = { input: "a", fromByte: 0, toByte: text.length, gzip: false };
  assertEquals((await read(open, segment, 64)).join(""), text);
});

Deno.test("a line that fits into no memory is refused by name, not read for ever", async () => {
  const open: OpenInput = () =>
    Promise.resolve({ read: (into) => Promise.resolve(into.length), close: () => Promise.resolve() });
  const segment = { input: "zeros", fromByte: 0, toByte: 2 ** 40, gzip: false };
  const error = await assertRejects(() => read(open, segment, 128 << 20), InputError, "zeros");
  assertEquals(error.code, "tooLong");
});

Deno.test("one file is one map task, a large one several, and many small ones share", () => {
  const options = { splitBytes: 100, whole: false, manyTasks: 4 };
  const file = (name: string, sizeBytes: number) => ({ name, sizeBytes, gzip: false });
  const four = splitInputs([file("a", 10), file("b", 0), file("c", 90), file("d", 140)], options);
  assertEquals(four.map((task) => task.map(({ input }) => input)), [["a"], ["b"], ["c"], ["d"]]);
  const large = splitInputs([file("a", 310)], options);
  assertEquals(large.map(([{ fromByte, toByte }]) => [fromByte, toByte]), [[0, 103], [103, 206], [206, 310]]);
  const packed = splitInputs([{ name: "a.gz", sizeBytes: 1000, gzip: true }], options);
  assertEquals(packed.map(([{ fromByte, toByte }]) => [fromByte, toByte]), [[0, 1000]]);
  const small = splitInputs(["a", "b", "c", "d", "e", "f"].map((name) => file(name, 40)), options);
  assertEquals(small.map((task) => task.map(({ input }) => input)), [["a", "b"], ["c", "d"], ["e", "f"]]);
});

Deno.test("tasks are called by what they read: maps by their input, reduces by their number", () => {
  const files = [["a", 310], ["b", 10], ["c", 10]] as const;
  const maps = [
    ...splitInputs([{ name: "a", sizeBytes: 310, gzip: false }], {
      splitBytes: 200,
      whole: false,
      manyTasks: 4,
    }),
    files.slice(1).map(([input, toByte]) => ({ input, fromByte: 0, toByte, gzip: false })),
  ];
  const plan = { id: "j", app: "app.ts", work: "", maps, reduces: 2 };
  assertEquals([0, 1, 2, 3, 4].map((task) => nameTask(plan, task)), [
    "map task 0 (a)",
    "map task 1 (a from byte 155)",
    "map task 2 (b and 1 more)",
    "reduce task 0",
    "reduce task 1",
  ]);
});
