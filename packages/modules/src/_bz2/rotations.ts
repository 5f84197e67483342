/** The last column of the sorted rotations of a block, and where the block itself is among them. */
export interface Transformed {
  readonly last: Uint8Array;
  readonly origin: number;
}

/**
 * Burrows and Wheeler's transform. Rotations are ordered by their first two bytes, then by twice as many with each pass (the order of what
 * follows is that of the rotations beginning there) until all differ.
 */
export function sortRotations(block: Uint8Array): Transformed {
  const n = block.length;
  let order: Int32Array = new Int32Array(n);
  let rank: Int32Array = new Int32Array(n);
  const counts = new Int32Array(Math.max(65537, n + 1));
  const keyAt = (i: number): number => (block[i] << 8) | block[i + 1 === n ? 0 : i + 1];
  for (let i = 0; i < n; i++) counts[keyAt(i) + 1]++;
  for (let key = 0; key < 65536; key++) counts[key + 1] += counts[key];
  for (let i = 0; i < n; i++) order[counts[keyAt(i)]++] = i;
  let classes = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0 && keyAt(order[i]) !== keyAt(order[i - 1])) classes++;
    rank[order[i]] = classes;
  }
  let other: Int32Array = new Int32Array(n);
  for (let width = 2; classes < n - 1 && width < n; width *= 2) {
    counts.fill(0, 0, classes + 2);
    for (let i = 0; i < n; i++) counts[rank[i] + 1]++;
    for (let key = 0; key <= classes; key++) counts[key + 1] += counts[key];
    // In the order of their second halves, which is known, to where their first halves belong.
    for (let i = 0; i < n; i++) {
      const start = order[i] - width < 0 ? order[i] - width + n : order[i] - width;
      other[counts[rank[start]]++] = start;
    }
    [order, other] = [other, order];
    const next = other;
    classes = 0;
    for (let i = 0; i < n; i++) {
      if (i > 0) {
        const a = order[i - 1], b = order[i];
        const a2 = a + width >= n ? a + width - n : a + width, b2 = b + width >= n ? b + width - n : b + width;
        if (rank[a] !== rank[b] || rank[a2] !== rank[b2]) classes++;
      }
      next[order[i]] = classes;
    }
    [rank, other] = [next, rank];
  }
  const last = new Uint8Array(n);
  let origin = 0;
  for (let i = 0; i < n; i++) {
    last[i] = block[order[i] === 0 ? n - 1 : order[i] - 1];
    if (order[i] === 0) origin = i;
  }
  return { last, origin };
}
