/**
 * The first name that an object in this text gives twice; `undefined` if there is none. `JSON.parse` keeps the last of the
 * two without a word, so that a line that was written over another would be judged as if it had been recorded.
 *
 * The text must be valid JSON, and `names` the number of fields that its outermost object was read as.
 */
export function repeatedName(text: string, names: number): string | undefined {
  // Each field has a colon. As many colons as fields leave none for a second one: that is how nearly every line ends.
  return colons(text) > names ? scan(text) : undefined;
}

const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

function colons(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) === COLON) count++;
  return count;
}

function scan(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") open.push(new Set());
    else if (text[at] === "}") open.pop();
    else if (text.charCodeAt(at) === QUOTE) {
      const end = endOfString(text, at);
      // A string with a colon behind it is a name: nothing else in JSON stands there.
      let next = end;
      while (text.charCodeAt(next) <= SPACE) next++;
      if (text.charCodeAt(next) === COLON) {
        const name: string = JSON.parse(text.slice(at, end));
        const names = open[open.length - 1];
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** One past the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}
