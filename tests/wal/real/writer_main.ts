/**
 * A process that writes to a log until it is killed, and says what was acknowledged.
 * @module
 */

import { openWal } from "../../../raft/wal.ts";
import { denoRuntime } from "../../../runtime/deno.ts";
import { commandOf, snapshotOf } from "./marks.ts";

const death = new AbortController();
const { disk, random } = await denoRuntime({ address: null, folder: Deno.args[0], signal: death.signal });
const wal = openWal({ disk, random, folder: "raft", member: "m", whenEmpty: "format", rewriteBytes: 5000 });
const { entries, snapshot, hardState } = await wal.load();
let last = (snapshot?.index ?? 0) + entries.length;
let start = snapshot?.index ?? 0;
console.log(`found ${last} ${hardState.term}`);
for (let sequence = 1;; sequence++) {
  const index = last + 1;
  const covers = index % 20 === 0 ? index - 5 : 0;
  if (covers > start) start = covers;
  await wal.write([{
    sequence,
    term: hardState.term + 1,
    vote: "m",
    firstIndex: index,
    entries: [{ term: 1, command: commandOf(index) }],
    snapshot: null,
  }, {
    sequence: ++sequence,
    term: hardState.term + 1,
    vote: "m",
    firstIndex: 0,
    entries: [],
    snapshot: covers === 0 ? null : { index: covers, term: 1, configuration: null, data: snapshotOf(covers) },
  }]);
  last = index;
  console.log(`acknowledged ${last}`);
}
