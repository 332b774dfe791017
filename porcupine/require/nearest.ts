/**
 * The name that somebody may have meant who wrote another one: the one that most of its letters agree with. Of several that are
 * as near the first; `undefined` if there is none at all.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const one of known) {
    // Who has the beginning right, as in `timeout` for `timeLimitMs`, or a part, as in `--workers` for `--no-workers`, means that more
    // likely than what is as short.
    const part = name.replace(/^-+/, "");
    const shared = part.length > 2 && one.includes(part) ? part.length : commonStart(name, one);
    const far = distance(name.toLowerCase(), one.toLowerCase()) - shared;
    if (far >= least) continue;
    least = far;
    best = one;
  }
  return best;
}

function commonStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return length;
}

/** How many letters have to be put in, left out, replaced, or swapped with the next, to make one text of another. */
export function distance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j] + 1, next[j - 1] + 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (isSwap) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[to.length];
}
