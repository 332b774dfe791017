/** A clock by which help is asked for early, and which calls somebody when it has been looked at so often. */
export function hurried(call: () => void = () => {}, looks = Infinity): () => number {
  let ms = 0;
  let seen = 0;
  return () => {
    if (++seen === looks) call();
    return ms += 5;
  };
}
