/**
 * The patterns of `SCAN ... MATCH`.
 * @module
 */

/** The letters with which every text begins that matches `pattern`. */
export function literalPrefix(pattern: string): string {
  return /^[^*?[\]\\]*/.exec(pattern)?.[0] ?? "";
}

/**
 * Whether `text` matches: `*` any letters, `?` one, `[a-z]` one of these, `[^a]` none of these, `\` the next one as it is.
 *
 * Goes back at most to the last star, so that no pattern takes longer than pattern times text.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  let [star, from] = [-1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      from = t;
      continue;
    }
    const next = matchOne(pattern, p, text[t]);
    if (next !== -1) {
      p = next;
      t++;
    } else if (star === -1) return false;
    else {
      p = star + 1;
      t = ++from;
    }
  }
  while (pattern[p] === "*") p++;
  return p >= pattern.length;
}

/** Where the pattern goes on if its part at `at` takes `letter`; -1 if it does not. */
function matchOne(pattern: string, at: number, letter: string): number {
  switch (pattern[at]) {
    case undefined:
      return -1;
    case "?":
      return at + 1;
    case "[":
      return matchSet(pattern, at + 1, letter);
    case "\\":
      return at + 1 < pattern.length && pattern[at + 1] === letter ? at + 2 : -1;
    default:
      return pattern[at] === letter ? at + 1 : -1;
  }
}

function matchSet(pattern: string, start: number, letter: string): number {
  const negated = pattern[start] === "^";
  let at = negated ? start + 1 : start;
  let found = false;
  for (; at < pattern.length && pattern[at] !== "]"; at++) {
    if (pattern[at] === "\\" && at + 1 < pattern.length) at++;
    const first = pattern[at];
    let last = first;
    if (pattern[at + 1] === "-" && at + 2 < pattern.length && pattern[at + 2] !== "]") {
      last = pattern[at + 2];
      at += 2;
    }
    if (letter >= first && letter <= last) found = true;
    if (letter >= last && letter <= first) found = true;
  }
  return found === negated ? -1 : at + 1;
}
