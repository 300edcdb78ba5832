// One training step as discrete events: responses end on their GPUs, calls wait for a reward process, and each process serves one call at a time.
// Left out: the network, which adds the same to every call, and processes that fail.

/** Numbers in [0, 1) from a seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** When each response of a step has its last token, seconds from the start, one list a GPU. Lengths are log-normal and cut at the longest. */
export function responseEnds({ gpus, perGpu, meanTokens, sigma, longest, tokensPerSecond }, random) {
  const mu = Math.log(meanTokens) - sigma ** 2 / 2;
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const end = () => Math.min(longest, Math.exp(mu + sigma * normal())) / tokensPerSecond;
  return Array.from({ length: gpus }, () => Array.from({ length: perGpu }, end));
}

/**
 * Calls of a step: `each` when it ends (verl; those of one GPU that end within `window` seconds share a call), or `together` when all of a GPU
 * have ended (TRL), in batches of at most `most`.
 */
export function callsOf(ends, { how, window, most }) {
  return ends
    .flatMap((ofGpu) => {
      const sorted = how === 'together' ? ofGpu.map(() => Math.max(...ofGpu)) : [...ofGpu].sort((a, b) => a - b);
      const calls = [];
      for (const at of sorted) {
        const open = calls.at(-1);
        if (open !== undefined && at <= open.at && open.size < most) open.size += 1;
        else calls.push({ at: at + (how === 'together' ? 0 : window), size: 1 });
      }
      return calls;
    })
    .sort((a, b) => a.at - b.at);
}

/** Serves calls in order of arrival by processes that are free first; when the last ends, how long calls waited, and how busy processes were. */
export function serveCalls(calls, processes, serviceSeconds) {
  const free = createHeap(Array.from({ length: processes }, () => 0));
  let busy = 0;
  let waited = 0;
  let last = 0;
  for (const { at, size } of calls) {
    const start = Math.max(at, free.pop());
    const took = serviceSeconds(size);
    free.push(start + took);
    busy += took;
    waited += start - at;
    last = Math.max(last, start + took);
  }
  return { last, busy: busy / (processes * last), meanWait: waited / calls.length };
}

function createHeap(items) {
  const swap = (a, b) => ([items[a], items[b]] = [items[b], items[a]]);
  return {
    push(value) {
      items.push(value);
      for (let at = items.length - 1; at > 0 && items[at] < items[(at - 1) >> 1]; at = (at - 1) >> 1) swap(at, (at - 1) >> 1);
    },
    pop() {
      const least = items[0];
      const end = items.pop();
      if (items.length === 0) return least;
      items[0] = end;
      for (let at = 0; ;) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        const child = right < items.length && items[right] < items[left] ? right : left;
        if (child >= items.length || items[at] <= items[child]) return least;
        swap(at, child);
        at = child;
      }
    },
  };
}
