/** Words as the lab has them: runs of ASCII letters. */

/** 1 for the letters A-Z and a-z. */
export const IS_LETTER: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, code) => (code | 32) >= 97 && (code | 32) <= 122 ? 1 : 0,
);

export const WORDS = /[A-Za-z]+/g;
