/** What the search has come to. */
interface Place {
  readonly object: object;
  /** In the order in which the search came to them. */
  readonly number: number;
  /** The lowest number that it is known to lead to; Infinity when its part is complete. */
  low: number;
  /** What it holds and was not looked at yet. */
  readonly held: object[];
}

/**
 * The parts of a graph of objects in which each leads to every other (R. Tarjan, 1972), from the given roots: calls `found` with each one.
 * Ends when `found` gives true or more than `limit` objects were come to, and gives whether it ended so.
 */
export function searchParts(roots: Iterable<object>, heldBy: (object: object) => object[], limit: number, found: (part: ReadonlySet<object>) => boolean): boolean {
  const places = new Map<object, Place>();
  /** What belongs to parts that are not complete. */
  const open: Place[] = [];
  /** From a root to the place at hand. */
  const path: Place[] = [];
  const enter = (object: object): void => {
    const place = { object, number: places.size, low: places.size, held: heldBy(object) };
    places.set(object, place);
    open.push(place);
    path.push(place);
  };
  for (const root of roots) {
    if (!places.has(root)) enter(root);
    for (let place = path.at(-1); place !== undefined; place = path.at(-1)) {
      const next = place.held.pop();
      if (next === undefined) {
        path.pop();
        if (place.low === place.number) {
          const part = open.splice(open.lastIndexOf(place));
          for (const member of part) member.low = Infinity;
          if (found(new Set(part.map(({ object }) => object)))) return true;
        } else lower(path.at(-1), place.low);
        continue;
      }
      const known = places.get(next);
      if (known === undefined) {
        if (places.size >= limit) return true;
        enter(next);
      } else if (known.low !== Infinity) lower(place, known.number);
    }
  }
  return false;
}

function lower(place: Place | undefined, low: number): void {
  if (place !== undefined) place.low = Math.min(place.low, low);
}
