/** Owns remembering what a function made of a text. */

/** `make` with its last results at hand: `most` of them, then all are forgotten. Only for functions of their argument alone. */
export function remembered<R>(most: number, make: (text: string) => R): (text: string) => R {
  const results = new Map<string, R>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (results.size >= most) results.clear();
    results.set(text, made);
    return made;
  };
}
