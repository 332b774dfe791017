import { assertEquals } from "@std/assert";
import { NEVER } from "../../porcupine/history.ts";
import { LockRequests } from "../../porcupine/online/lock_requests.ts";
import { type Watched, watchedCall } from "../../porcupine/online/watched.ts";
import { Random } from "./fuzz/random.ts";

interface Request {
  readonly watched: Watched<string, string>;
  readonly token: number;
}

/** The same, looked for among all of them each time. */
class Plain {
  open: Request[] = [];
  lost: Request[] = [];

  inOrder(): Request[] {
    return [...this.open, ...this.lost].sort((a, b) => a.watched.call - b.watched.call);
  }

  take(watched: Watched<string, string>): Request | undefined {
    const found = this.open.find((one) => one.watched === watched);
    this.open = this.open.filter((one) => one !== found);
    return found;
  }

  lose(watched: Watched<string, string>): void {
    const found = this.take(watched);
    if (found !== undefined) this.lost.push(found);
    this.lost.sort((a, b) => a.watched.call - b.watched.call);
  }
}

Deno.test("who asked for a lock first, and who named a token first, is what it is if all are looked at each time, whatever came between", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const requests = new LockRequests<string, string>();
    const plain = new Plain();
    // Many tokens, so that there are more of which the first one is gone than are kept in mind.
    const tokens = seed % 3 === 0 ? 200 : 4;
    const token = (): number => random.below(tokens);
    for (let at = 0; at < 500; at++) {
      const one = plain.open[random.below(plain.open.length + 1)]?.watched;
      const what = random.below(12);
      if (what < 5 || one === undefined) {
        const named = token();
        const watched = watchedCall<string, string>(at, "client", "", at);
        requests.call(watched, named);
        plain.open.push({ watched, token: named });
      } else if (what < 7) {
        assertEquals(requests.take(one), true);
        assertEquals(requests.take(one), false);
        plain.take(one);
      } else if (what < 9) {
        const over = token();
        requests.lose(one, (other) => other === over);
        plain.lose(one);
        plain.lost = plain.lost.filter((other) => other.watched !== one || other.token !== over);
      } else if (what < 10) {
        for (let k = random.below(3); k > 0; k--) {
          requests.spend();
          plain.lost.shift();
        }
      } else if (random.below(4) === 0) {
        const over = token();
        const last = over + random.below(2);
        requests.forget(last, (other) => other === over);
        plain.lost = plain.lost.filter((other) => other.token !== over);
      }
      const all = plain.inOrder();
      const asked = token();
      const first = all.find((other) => other.token === asked)?.watched.call ?? NEVER;
      assertEquals(requests.firstCall(asked), first, `seed ${seed}, ${at}: first of ${asked}`);
      const from = random.below(3);
      for (let k = from; k < from + 4; k++) {
        assertEquals(requests.callOf(k), all[k]?.watched.call ?? NEVER, `seed ${seed}, ${at}: call ${k}`);
      }
      assertEquals(requests.size, all.length);
      assertEquals(requests.all.length, all.length);
      const left = [...plain.open, ...plain.lost.slice(1)].map(({ watched }) => watched.call);
      assertEquals(requests.without(1).map(({ call }) => call), left);
      const named = [...new Set(all.map((other) => other.token))].filter((other) => other > 1 && other < 50);
      assertEquals(requests.namedBetween(1, 50), named.sort((a, b) => a - b));
    }
  }
});
