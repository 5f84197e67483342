/** Lengths of codes are found with at most this many bits. */
const longest = 17;

/**
 * Lengths of Huffman codes for symbols of these frequencies. A weight is the frequency times 256 plus the depth of the tree below, so that of
 * equally frequent trees the flattest is taken; frequencies are halved until no code is too long.
 */
export function codeLengths(frequencies: ArrayLike<number>): Uint8Array {
  const count = frequencies.length;
  const weights = new Float64Array(2 * count + 2);
  for (let i = 0; i < count; i++) weights[i + 1] = Math.max(1, frequencies[i]) * 256;
  for (;;) {
    const parents = joinTrees(weights, count);
    const lengths = new Uint8Array(count);
    let deepest = 0;
    for (let i = 0; i < count; i++) {
      let depth = 0;
      for (let node = i + 1; parents[node] > 0; node = parents[node]) depth++;
      lengths[i] = depth;
      deepest = Math.max(deepest, depth);
    }
    if (deepest <= longest) return lengths;
    for (let i = 1; i <= count; i++) weights[i] = (1 + Math.floor(Math.floor(weights[i] / 256) / 2)) * 256;
  }
}

/** Joins the two lightest trees until one is left; gives each node's parent, 0 for none. Nodes count from 1. */
function joinTrees(weights: Float64Array, count: number): Int32Array {
  const parents = new Int32Array(2 * count + 2);
  const heap = new Int32Array(count + 2);
  let size = 0;
  const push = (node: number): void => {
    let at = ++size;
    while (at > 1 && weights[node] < weights[heap[at >> 1]]) {
      heap[at] = heap[at >> 1];
      at >>= 1;
    }
    heap[at] = node;
  };
  const pop = (): number => {
    const top = heap[1];
    const node = heap[size--];
    let at = 1;
    for (let child = 2; child <= size; child = at * 2) {
      if (child < size && weights[heap[child + 1]] < weights[heap[child]]) child++;
      if (weights[node] < weights[heap[child]]) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = node;
    return top;
  };
  for (let i = 1; i <= count; i++) push(i);
  for (let node = count + 1; size > 1; node++) {
    const a = pop(), b = pop();
    parents[a] = parents[b] = node;
    const depth = 1 + Math.max(weights[a] % 256, weights[b] % 256);
    weights[node] = weights[a] - (weights[a] % 256) + weights[b] - (weights[b] % 256) + depth;
    push(node);
  }
  return parents;
}

/** Codes of those lengths, in order of length and symbol. */
export function assignCodes(lengths: Uint8Array): Int32Array {
  const codes = new Int32Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 20; length++) {
    for (let i = 0; i < lengths.length; i++) if (lengths[i] === length) codes[i] = code++;
    code <<= 1;
  }
  return codes;
}
