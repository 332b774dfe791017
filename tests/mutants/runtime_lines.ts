/**
 * Planted bugs in the real runtime's lines, doors and files that were drawn by lot, and that no quick test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";
const CHOSEN = "like those that were drawn, chosen by hand";
const LINES = "tests/runtime/deno/lines_test.ts";
const FILE = "tests/runtime/deno/file_test.ts";
const PEER = "tests/runtime/deno/peer_test.ts";
const HOSTILE = "tests/runtime/deno/hostile_test.ts";
const TLS = "tests/runtime/deno/tls_test.ts";

/** These mutants. */
export const runtimeLinesMutants: readonly Mutant[] = [
  ...rows("runtime/deno/reception.ts", LINES, [[
    "RT-guest-thrown-out",
    "A caller that has said who it is is sent away like one that says nothing: every line in ends after three seconds",
    DRAWN,
    "        timer.cancel();\n        name = theirs;",
    "        name = theirs;",
  ], [
    "RT-guest-remembered",
    "What is meant for a caller that has gone is kept for it, 16 MiB each, and never counted as lost",
    DRAWN,
    "if (name !== null && guest !== null && this.#guests.get(name) === guest) this.#guests.delete(name);",
    "",
  ], [
    "RT-guest-forgotten",
    "The end of a caller's old line takes the answers from its new one",
    DRAWN,
    "if (name !== null && guest !== null && this.#guests.get(name) === guest) this.#guests.delete(name);",
    "if (name !== null) this.#guests.delete(name);",
  ]]),
  ...rows("runtime/deno/network.ts", LINES, [[
    "RT-closed-channel",
    "A message on a channel that nobody has open ends the line, with all that follows on it",
    DRAWN,
    "    if (receiver === undefined) return;",
    '    if (receiver === undefined) throw new TypeError("There is no such channel");',
  ]]),
  ...rows("runtime/deno/network.ts", "--filter=/after.its.death/ tests/runtime/deno/network_test.ts", [[
    "RT-dead-calls",
    "A dead end calls those that it had not called yet",
    DRAWN,
    "    if (this.#signal.aborted) return;\n",
    "",
  ]]),
  ...rows("runtime/deno/frames.ts", `--filter=/all.255/ ${HOSTILE}`, [[
    "RT-channel-128",
    "The messages of a line's 128th channel are a byte longer than their length says",
    DRAWN,
    "(number < 128 ? 1 : 2)",
    "(number <= 128 ? 1 : 2)",
  ]]),
  ...rows("runtime/deno/outbox.ts", `--filter=/full.outbox/ ${HOSTILE}`, [[
    "RT-box-never-empty",
    "What was sent goes on taking up room: after 16 MiB a peer gets one message a turn",
    DRAWN,
    "    this.#gone = 0;\n    this.#bytes = 0;\n    return taken;",
    "    this.#gone = 0;\n    return taken;",
  ]]),
  ...rows("runtime/deno/file.ts", FILE, [[
    "RT-half-write",
    "A write that was broken off is done again behind what had gone down of it",
    DRAWN,
    "      // Not known if anything fails on the way.\n      this.#position = -1;\n",
    "",
  ], [
    "RT-queue-forgotten",
    "The end of one call lets the next overtake those that wait",
    DRAWN,
    "if (this.#last === last) this.#last = null;",
    "this.#last = null;",
  ]]),
  ...rows("runtime/deno/sync_pace.ts", FILE, [[
    "RT-hold-up-uninvited",
    "A sync holds up the process also where somebody minds",
    DRAWN,
    " || !this.#mayHoldUp()",
    "",
  ], [
    "RT-hold-up-large",
    "A sync of much that was written holds up the process",
    DRAWN,
    "unsyncedBytes > AT_ONCE_BYTES || ",
    "",
  ], [
    "RT-hold-up-again",
    "On a slow disk every sync holds up the process",
    DRAWN,
    "    if (performance.now() - from > SLOW_MS) this.#patient = PATIENT_SYNCS;\n",
    "",
  ]]),
  ...rows("runtime/deno/disk.ts", FILE, [[
    "RT-hold-up-default",
    "Whoever says nothing of it gets syncs that hold up the process",
    DRAWN,
    "{ maySyncAtOnce = () => false }",
    "{ maySyncAtOnce = () => true }",
  ]]),
  ...rows("runtime/deno/runtime.ts", "--filter=/folder.that.lasts/ tests/runtime/deno/runtime_test.ts", [[
    "RT-folder-unsynced",
    "A node works in a folder that a loss of power may take away: nobody waits for the folders around it to be synced",
    DRAWN,
    "if (!await syncFolder(path)) return;",
    "void syncFolder(path).catch(() => {});",
  ]]),
  ...rows("runtime/deno/tls.ts", `--filter=/never.answers/ ${TLS}`, [[
    "TLS-mute-for-ever",
    "A node that takes the call and says nothing is waited for for ever",
    DRAWN,
    '    else signal.addEventListener("abort", onAbort, { once: true });\n',
    "",
  ]]),
  ...rows("runtime/deno/tls.ts", `--filter=/every.line/ ${TLS}`, [[
    "TLS-line-lost",
    "Of two that come at once the second is taken for the first and never heard",
    DRAWN,
    "    this.#waiting.resolve(line);\n    this.#waiting = null;",
    "    this.#waiting.resolve(line);",
  ], [
    "TLS-door-left-waiting",
    "Whoever waits at a door is not told that it was closed",
    DRAWN,
    '    this.#waiting?.reject(new Deno.errors.BadResource("The door is closed"));\n',
    "",
  ]]),
  ...rows("runtime/deno/tls.ts", `--filter=/shown.its/ ${TLS}`, [[
    "TLS-known-thrown-out",
    "A caller that has shown its certificate is sent away like one that says nothing",
    DRAWN,
    "    strangers.get(nameOf(socket))?.known();\n",
    "",
  ]]),
  ...rows("runtime/deno/tls.ts", `--filter=/one.stranger/ ${TLS}`, [[
    "TLS-crowd",
    "Any number of strangers may wait at the door",
    DRAWN,
    "    if (strangers.size >= options.maxStrangers) return void socket.destroy();\n",
    "",
  ], [
    "TLS-strangers-left",
    "Strangers stay when the door is closed",
    DRAWN,
    "      for (const stranger of strangers.values()) stranger.sendAway();\n",
    "",
  ]]),
  ...rows("runtime/deno/peer.ts", PEER, [[
    "RT-dead-connects",
    "A line that comes about when its caller has died is used all the same",
    CHOSEN,
    "if (signal.aborted) line.close();\n      else ",
    "",
  ], [
    "RT-attempts-listen",
    "Each attempt to call a peer leaves a listener on the node's death",
    CHOSEN,
    '      signal.removeEventListener("abort", onDeath);\n',
    "",
  ], [
    "RT-attempts-timed",
    "Each attempt to call a peer leaves a timer",
    CHOSEN,
    "      timer.cancel();\n",
    "",
  ], [
    "RT-pause-endless",
    "The pauses between attempts grow without end",
    CHOSEN,
    "Math.min(backoffMs.most, ",
    "(",
  ], [
    "RT-pause-kept",
    "A peer that was there for days is called as late as one that was never there",
    CHOSEN,
    "      this.#pauseMs = 0;\n",
    "",
  ], [
    "RT-pause-none",
    "A peer that takes calls and hangs up at once is called in a tight circle",
    CHOSEN,
    "clock.now() - this.#line.sinceMs > backoffMs.most",
    "true",
  ]]),
  ...rows("runtime/deno/connection.ts", PEER, [[
    "RT-partial-write",
    "What the system did not take of a write is never sent, and the rest of the line is nonsense",
    "a partial write taken for whole",
    "for (let at = 0; at < bytes.length;) at += await this.#line.write(bytes.subarray(at));",
    "await this.#line.write(bytes);",
  ]]),
  ...rows("runtime/deno/reception.ts", PEER, [[
    "RT-door-circle",
    "A door that fails for want of handles is tried again in a tight circle: nothing else is done",
    "a retry without a pause",
    "await clock.sleep(REFUSED_PAUSE_MS).catch(() => {});",
    "",
  ]]),
  ...rows("runtime/deno/silence.ts", PEER, [[
    "RT-idle-asked",
    "A line on which nothing is owed is asked for a sign of life for ever",
    CHOSEN,
    "      if (!this.#waiting) return;\n",
    "",
  ], [
    "RT-watch-goes-on",
    "A watch that was ended keeps its timer",
    DRAWN,
    "    this.#timer?.cancel();\n",
    "",
  ]]),
  ...rows("runtime/deno/network.ts", LINES, [[
    "RT-own-death-told",
    "An end that dies tells that its peers have gone",
    CHOSEN,
    '        if (why !== "closed") outside',
    "        outside",
  ]]),
  ...rows("runtime/deno/file.ts", FILE, [[
    "RT-partial-piece",
    "What the system did not take of a large write is left out: a hole in the file",
    "a partial write taken for whole",
    "      at += await this.#handle.write(bytes.subarray(at, at + SYNCHRONOUS_BYTES));",
    "      await this.#handle.write(bytes.subarray(at, at + SYNCHRONOUS_BYTES));\n      at += SYNCHRONOUS_BYTES;",
  ], [
    "RT-unsynced-kept",
    "Once 128 kB have been written every sync goes to another thread",
    CHOSEN,
    "      this.#unsyncedBytes = 0;\n",
    "",
  ], [
    "RT-unsynced-uncounted",
    "A sync of much that was written holds up the process: nobody counts it",
    CHOSEN,
    "      this.#unsyncedBytes += bytes.length;\n",
    "",
  ]]),
  ...rows("runtime/rpc.ts", "--filter=/three.names/ tests/runtime/deno/network_test.ts", [[
    "RT-one-name",
    "Who is called by two names answers to one of them only, and calls by the other wait in vain",
    "it was so",
    "if (to !== from && !this.#runtime.network.isSame?.(to, from)) return;",
    "if (to !== from) return;",
  ]]),
  ...rows("raft/channel_transport.ts", "--filter=/member.of.Raft/ tests/runtime/deno/network_test.ts", [[
    "RT-deaf-to-member",
    "A member of Raft is not heard where its address is not the one that its process gives itself",
    "it was so, once the process had been called by both",
    "this.#memberAt.get(from) ?? this.#memberBehind(from);",
    "this.#memberAt.get(from);",
  ]]),
  ...rows("runtime/deno/runtime.ts", "tests/runtime/deno/runtime_test.ts", [[
    "RT-lock-left-open",
    "A folder that cannot be locked leaves a handle open, as long as the process lives",
    "it was so",
    "    if (!free) handle.close();\n",
    "",
  ]]),
  ...rows("runtime/deno/clock.ts", "tests/runtime/deno/clock_test.ts", [[
    "RT-sleepers-listen",
    "Each sleep leaves a listener on the node's death",
    "an abort listener left behind",
    '        for (const waker of wakers) waker.removeEventListener("abort", onAbort);\n',
    "",
  ], [
    "RT-fired-kept",
    "A clock remembers every timer that has ever fired",
    CHOSEN,
    "      this.#pending.delete(this);\n      this.#callback",
    "      this.#callback",
  ]]),
  ...rows("runtime/rpc.ts", "tests/runtime/rpc_test.ts", [[
    "RT-callers-listen",
    "Each call leaves a listener on its caller's signal",
    "an abort listener left behind",
    "    pending.release?.();\n",
    "",
  ], [
    "RT-ends-listen",
    "Each end that was closed still listens for the node's death",
    "an abort listener left behind",
    '    this.#runtime.signal.removeEventListener("abort", this.#onDeath);\n',
    "",
  ], [
    "RT-closed-answers",
    "An end that was closed while it served answers all the same",
    CHOSEN,
    "    if (this.#closed) return;\n    this.#codec.encodedBytes = 0;\n    this.#port.send(to, reply);",
    "    this.#codec.encodedBytes = 0;\n    this.#port.send(to, reply);",
  ]]),
];
