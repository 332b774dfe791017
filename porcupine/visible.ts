/**
 * A text of somebody else's, fit to be shown beside one's own words: what tells a terminal or a page how to draw the rest of
 * the line - control characters, and those that turn the direction of writing - is written out. Tabs and line ends stay. So is
 * one half of a letter that takes two: any other half would look the same.
 */
export function visible(text: string): string {
  let out = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0xd800 && code <= 0xdfff) {
      if ((text.codePointAt(at) ?? 0) > 0xffff) {
        at++;
        continue;
      }
    } else if (!isHidden(code)) continue;
    out += `${text.slice(from, at)}\\u${code.toString(16).padStart(4, "0")}`;
    from = at + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** The joiners of letters and emoji are none of these. */
function isHidden(code: number): boolean {
  if (code < 127) return code < 32 && code !== 9 && code !== 10;
  return code < 160 || code === 0x061c || code === 0x200e || code === 0x200f ||
    (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}
