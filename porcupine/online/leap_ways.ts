import type { LockAction } from "../fencing.ts";
import type { LeapChain } from "./leap_chain.ts";
import type { Watched } from "./watched.ts";

/**
 * Goes on with the changes of a lock so that an answer is explained, in every way that there is: the chains that may have been, of which
 * each is as late as can be. `named` are the tokens between the last one and that of the answer, in order, that somebody without an
 * answer names in a release: each of them may have been given out and released in between, or not. The chain given is one of those
 * answered, or of no use any more.
 */
export function waysOn<Input, Output>(
  chain: LeapChain<Input, Output>,
  watched: Watched<Input, Output>,
  action: LockAction,
  named: readonly number[],
): LeapChain<Input, Output>[] {
  switch (action.op) {
    case "nothing":
      return [chain];
    case "never":
      return [];
    case "acquire":
      if (action.token === "unknown") return [];
      if (action.token !== null) return given(chain, watched, action.token, { named, isReleased: false });
      // Held now, or until a change since the call.
      if (chain.holder === "nobody" && chain.lastAt < watched.call) chain.hide(watched);
      return [chain];
    case "release":
      if (action.released === true) return given(chain, watched, action.token, { named, isReleased: true });
      return action.released === false ? refused(chain, watched, action.token) : [];
  }
}

/** A token was given out, or released. */
function given<Input, Output>(
  chain: LeapChain<Input, Output>,
  watched: Watched<Input, Output>,
  token: number,
  { named, isReleased }: { readonly named: readonly number[]; readonly isReleased: boolean },
): LeapChain<Input, Output>[] {
  const ways: LeapChain<Input, Output>[] = [];
  // Each choice of those named is a number, of which the last is that of none of them.
  for (let choice = 2 ** named.length - 1; choice >= 0; choice--) {
    const way = choice === 0 ? chain : chain.copy();
    const passed = named.filter((_token, k) => (choice & 2 ** k) !== 0);
    if (!passed.every((one) => passOn(way, watched, one))) continue;
    if (isReleased ? releaseOf(way, watched, token) : acquire(way, watched, token)) ways.push(way);
  }
  return ways;
}

/** A token that is only named was given out, and released, by those who have no answer. */
function passOn<Input, Output>(
  chain: LeapChain<Input, Output>,
  cause: Watched<Input, Output>,
  token: number,
): boolean {
  if (!chain.give(token, cause, undefined)) return false;
  chain.release(cause, undefined);
  return true;
}

function acquire<Input, Output>(
  chain: LeapChain<Input, Output>,
  maker: Watched<Input, Output>,
  token: number,
): boolean {
  return token > chain.token ? chain.give(token, maker, maker) : chain.claim(true, token, maker);
}

function releaseOf<Input, Output>(
  chain: LeapChain<Input, Output>,
  maker: Watched<Input, Output>,
  token: number,
): boolean {
  if (token > chain.token && !chain.give(token, maker, undefined)) return false;
  if (token !== chain.token || chain.holder !== "named") return chain.claim(false, token, maker);
  chain.release(maker, maker);
  return true;
}

/** Not held with this token now, or not yet when it was called; or another release of it was there before. */
function refused<Input, Output>(
  chain: LeapChain<Input, Output>,
  watched: Watched<Input, Output>,
  token: number,
): LeapChain<Input, Output>[] {
  if (chain.lastAt > watched.call) return [chain];
  if (chain.holder === "named" && chain.token === token) chain.release(watched, undefined);
  if (chain.holder !== "unnamed" || token <= chain.token) return [chain];
  const way = chain.copy();
  const ways = passOn(way, watched, token) ? [way] : [];
  chain.refuse(token, watched);
  return [...ways, chain];
}
