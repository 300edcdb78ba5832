// Grouped-query attention where each query sees two ranges of keys, [first, firstEnd) and [second, secondEnd): a prompt,
// and a response up to the query. Queries go in blocks of neighbors with the same first range; a block computes scores
// for the keys that its queries see, never for others, and its softmax and products before the next begins. So memory
// holds no matrix of all scores, and the backward pass computes them again (FlashAttention-2, arXiv 2307.08691, without
// tiles along the keys: a block has few rows). Left out: masks of any other form, which take separate operations.

import { gemm } from './gemm';
import { addLanes, addTo, largestOfRow, scaleRow, shiftRow, sumRow } from './reduce';
import { EXP, unary } from './unary';

/** Rows of a block: queries times the heads that share a key. More compute more scores that the mask takes away again. */
const BLOCK_ROWS: i32 = 32;
/** What masks put in the place of a score. */
const UNSEEN: f32 = -1e30;

/** Bytes of `work` for `attention` and its gradient; `share` heads have one key. */
export function attentionWorkBytes(share: i32, length: i32, dim: i32): i32 {
  const rows = max(BLOCK_ROWS, share),
    width = (length + 7) & ~7;
  return (3 * rows * dim + 3 * width * dim + 2 * rows * width) * 4;
}

/** Queries of the block that begins at `at`; `ranges` is [time, 4]. */
function blockSize(ranges: usize, at: i32, time: i32, share: i32): i32 {
  const most = max(1, BLOCK_ROWS / share);
  const begin = load<u64>(ranges + ((<usize>at) << 4));
  let count = 1;
  while (count < most && at + count < time && load<u64>(ranges + ((<usize>(at + count)) << 4)) == begin) count++;
  return count;
}

/** Smallest beginning of the second ranges of a block. */
function secondBegin(ranges: usize, count: i32): i32 {
  let begin = i32.MAX_VALUE;
  for (let i = 0; i < count; i++) begin = min(begin, load<i32>(ranges + ((<usize>i) << 4), 8));
  return begin;
}

/** Largest end of the second ranges of a block. */
function secondEnd(ranges: usize, count: i32): i32 {
  let end = 0;
  for (let i = 0; i < count; i++) end = max(end, load<i32>(ranges + ((<usize>i) << 4), 12));
  return end;
}

/** Copies the same `count` rows of `share` heads, times `factor`; heads are `headBytes` apart. */
function takeRows(from: usize, headBytes: usize, share: i32, elements: i32, to: usize, factor: f32): void {
  const bytes = (<usize>elements) << 2;
  for (let head = 0; head < share; head++, from += headBytes, to += bytes) {
    memory.copy(to, from, bytes);
    if (factor != 1) scaleRow(to, elements, factor);
  }
}

/** Copies the keys (or values) that a block sees side by side, and zeros up to `width`. */
function takeKeys(from: usize, first: i32, firstCount: i32, second: i32, secondCount: i32, dim: i32, to: usize, width: i32): void {
  const bytes = (<usize>dim) << 2;
  memory.copy(to, from + <usize>first * bytes, <usize>firstCount * bytes);
  to += <usize>firstCount * bytes;
  memory.copy(to, from + <usize>second * bytes, <usize>secondCount * bytes);
  memory.fill(to + <usize>secondCount * bytes, 0, <usize>(width - firstCount - secondCount) * bytes);
}

/** Adds the gradients of those keys to the places they came from. */
function addKeys(from: usize, first: i32, firstCount: i32, second: i32, secondCount: i32, dim: i32, to: usize): void {
  const bytes = (<usize>dim) << 2;
  addTo(to + <usize>first * bytes, from, firstCount * dim);
  addTo(to + <usize>second * bytes, from + <usize>firstCount * bytes, secondCount * dim);
}

/** Hides from each query of a block what lies between the ranges of others but in none of its own. */
function hideUnseen(scores: usize, width: i32, firstCount: i32, ranges: usize, second: i32, count: i32, share: i32): void {
  for (let head = 0; head < share; head++) {
    for (let i = 0; i < count; i++, scores += (<usize>width) << 2) {
      const begin = firstCount + load<i32>(ranges + ((<usize>i) << 4), 8) - second,
        end = firstCount + load<i32>(ranges + ((<usize>i) << 4), 12) - second;
      for (let j = firstCount; j < begin; j++) store<f32>(scores + ((<usize>j) << 2), UNSEEN);
      for (let j = max(end, firstCount); j < width; j++) store<f32>(scores + ((<usize>j) << 2), UNSEEN);
    }
  }
}

/**
 * out[batch, heads, time, dim] = softmax(scale * query key^T) value; query [batch, heads, time, dim], key and value [batch, keyHeads, length,
 * dim], ranges [batch, time, 4] integers. `statistics` [batch, heads, time, 2] gets the largest score and one over the sum of each query.
 */
export function attention(
  query: usize,
  key: usize,
  value: usize,
  ranges: usize,
  out: usize,
  statistics: usize,
  batch: i32,
  heads: i32,
  keyHeads: i32,
  time: i32,
  length: i32,
  dim: i32,
  scale: f32,
  work: usize,
  scratch: usize,
): void {
  const share = heads / keyHeads;
  const headBytes = (<usize>(time * dim)) << 2,
    keyBytes = (<usize>(length * dim)) << 2,
    widthBytes = (<usize>(((length + 7) & ~7) * dim)) << 2;
  const rowsBytes = (<usize>(max(BLOCK_ROWS, share) * dim)) << 2;
  const q = work,
    o = q + rowsBytes,
    k = o + 2 * rowsBytes,
    v = k + widthBytes,
    scores = v + 2 * widthBytes;
  for (let b = 0; b < batch; b++, ranges += (<usize>time) << 4) {
    for (let g = 0; g < keyHeads; g++) {
      for (let at = 0; at < time; ) {
        const own = ranges + ((<usize>at) << 4);
        const count = blockSize(ranges, at, time, share);
        const first = load<i32>(own),
          firstCount = load<i32>(own, 4) - first,
          second = secondBegin(own, count),
          secondCount = secondEnd(own, count) - second,
          width = (firstCount + secondCount + 7) & ~7,
          rows = count * share;
        const place = (<usize>(at * dim)) << 2;
        takeRows(query + place, headBytes, share, count * dim, q, scale);
        takeKeys(key, first, firstCount, second, secondCount, dim, k, width);
        takeKeys(value, first, firstCount, second, secondCount, dim, v, width);
        gemm(q, k, scores, rows, width, dim, 0, 1, scratch);
        hideUnseen(scores, width, firstCount, own, second, count, share);
        softmaxBlock(scores, width, statistics + ((<usize>at) << 3), time, count, share, scratch);
        gemm(scores, v, o, rows, dim, width, 0, 0, scratch);
        normalizeRows(o, out + place, headBytes, statistics + ((<usize>at) << 3), time, count, share, dim);
        at += count;
      }
      query += headBytes * share;
      out += headBytes * share;
      statistics += (<usize>(time * share)) << 3;
      key += keyBytes;
      value += keyBytes;
    }
  }
}

/** Turns scores into exp(score - largest) and writes the largest and one over the sum of each row. */
function softmaxBlock(scores: usize, width: i32, statistics: usize, time: i32, count: i32, share: i32, scratch: usize): void {
  const bytes = (<usize>width) << 2;
  let row = scores;
  for (let head = 0; head < share; head++) {
    let to = statistics + ((<usize>(head * time)) << 3);
    for (let i = 0; i < count; i++, row += bytes, to += 8) {
      const largest = largestOfRow(row, width);
      shiftRow(row, row, width, -largest);
      store<f32>(to, largest);
    }
  }
  unary(EXP, scores, scores, count * share * width, scratch);
  row = scores;
  for (let head = 0; head < share; head++) {
    let to = statistics + ((<usize>(head * time)) << 3);
    for (let i = 0; i < count; i++, row += bytes, to += 8) store<f32>(to, 1 / sumRow(row, width), 4);
  }
}

/** Writes the rows of a block to their heads, times what makes each row of its weights add up to one. */
function normalizeRows(
  from: usize,
  to: usize,
  headBytes: usize,
  statistics: usize,
  time: i32,
  count: i32,
  share: i32,
  dim: i32,
): void {
  const bytes = (<usize>dim) << 2;
  for (let head = 0; head < share; head++) {
    let out = to + <usize>head * headBytes,
      inverse = statistics + ((<usize>(head * time)) << 3);
    for (let i = 0; i < count; i++, from += bytes, out += bytes, inverse += 8) {
      memory.copy(out, from, bytes);
      scaleRow(out, dim, load<f32>(inverse, 4));
    }
  }
}

/** The gradients of `attention` for query, key and value, from that of `out`; its inputs, outputs and statistics are as there. */
export function attentionGradient(
  dOut: usize,
  query: usize,
  key: usize,
  value: usize,
  ranges: usize,
  out: usize,
  statistics: usize,
  dQuery: usize,
  dKey: usize,
  dValue: usize,
  batch: i32,
  heads: i32,
  keyHeads: i32,
  time: i32,
  length: i32,
  dim: i32,
  scale: f32,
  work: usize,
  scratch: usize,
): void {
  const share = heads / keyHeads;
  const headBytes = (<usize>(time * dim)) << 2,
    keyBytes = (<usize>(length * dim)) << 2,
    widthBytes = (<usize>(((length + 7) & ~7) * dim)) << 2;
  const rows = max(BLOCK_ROWS, share);
  const rowsBytes = (<usize>(rows * dim)) << 2;
  const q = work,
    o = q + rowsBytes,
    d = o + rowsBytes,
    k = d + rowsBytes,
    v = k + widthBytes,
    sums = v + widthBytes,
    weights = sums + widthBytes,
    slopes = weights + ((<usize>(rows * ((length + 7) & ~7))) << 2);
  memory.fill(dKey, 0, <usize>(batch * keyHeads) * keyBytes);
  memory.fill(dValue, 0, <usize>(batch * keyHeads) * keyBytes);
  for (let b = 0; b < batch; b++, ranges += (<usize>time) << 4) {
    for (let g = 0; g < keyHeads; g++) {
      for (let at = 0; at < time; ) {
        const own = ranges + ((<usize>at) << 4);
        const count = blockSize(ranges, at, time, share);
        const first = load<i32>(own),
          firstCount = load<i32>(own, 4) - first,
          second = secondBegin(own, count),
          secondCount = secondEnd(own, count) - second,
          width = (firstCount + secondCount + 7) & ~7,
          rows = count * share;
        const place = (<usize>(at * dim)) << 2;
        takeRows(query + place, headBytes, share, count * dim, q, scale);
        takeRows(out + place, headBytes, share, count * dim, o, 1);
        takeRows(dOut + place, headBytes, share, count * dim, d, 1);
        takeKeys(key, first, firstCount, second, secondCount, dim, k, width);
        takeKeys(value, first, firstCount, second, secondCount, dim, v, width);
        gemm(q, k, weights, rows, width, dim, 0, 1, scratch);
        hideUnseen(weights, width, firstCount, own, second, count, share);
        weightsAgain(weights, width, statistics + ((<usize>at) << 3), time, count, share, scratch);
        gemm(weights, d, sums, width, dim, rows, 1, 0, scratch);
        addKeys(sums, first, firstCount, second, secondCount, dim, dValue);
        gemm(d, v, slopes, rows, width, dim, 0, 1, scratch);
        scoreGradient(weights, slopes, width, d, o, rows, dim);
        gemm(slopes, q, sums, width, dim, rows, 1, 0, scratch);
        addKeys(sums, first, firstCount, second, secondCount, dim, dKey);
        gemm(slopes, k, o, rows, dim, width, 0, 0, scratch);
        giveRows(o, dQuery + place, headBytes, share, count * dim, scale);
        at += count;
      }
      query += headBytes * share;
      dQuery += headBytes * share;
      out += headBytes * share;
      dOut += headBytes * share;
      statistics += (<usize>(time * share)) << 3;
      key += keyBytes;
      value += keyBytes;
      dKey += keyBytes;
      dValue += keyBytes;
    }
  }
}

/** The weights of a block from its scores and the statistics of the forward pass: the same bits as there. */
function weightsAgain(scores: usize, width: i32, statistics: usize, time: i32, count: i32, share: i32, scratch: usize): void {
  const bytes = (<usize>width) << 2;
  let row = scores;
  for (let head = 0; head < share; head++) {
    let from = statistics + ((<usize>(head * time)) << 3);
    for (let i = 0; i < count; i++, row += bytes, from += 8) shiftRow(row, row, width, -load<f32>(from));
  }
  unary(EXP, scores, scores, count * share * width, scratch);
  row = scores;
  for (let head = 0; head < share; head++) {
    let from = statistics + ((<usize>(head * time)) << 3);
    for (let i = 0; i < count; i++, row += bytes, from += 8) scaleRow(row, width, load<f32>(from, 4));
  }
}

/** slopes = weights * (slopes - sum(dOut * out)) for each row. */
function scoreGradient(weights: usize, slopes: usize, width: i32, dOut: usize, out: usize, rows: i32, dim: i32): void {
  const bytes = (<usize>width) << 2,
    whole = bytes & ~15;
  const dimBytes = (<usize>dim) << 2;
  for (let row = 0; row < rows; row++, weights += bytes, slopes += bytes, dOut += dimBytes, out += dimBytes) {
    const mean = dotRows(dOut, out, dim);
    const vector = f32x4.splat(mean);
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(slopes + at, f32x4.mul(v128.load(weights + at), f32x4.sub(v128.load(slopes + at), vector)));
    }
    for (let at = whole; at < bytes; at += 4) store<f32>(slopes + at, load<f32>(weights + at) * (load<f32>(slopes + at) - mean));
  }
}

function dotRows(x: usize, y: usize, n: i32): f32 {
  const bytes = (<usize>n) << 2,
    whole = bytes & ~15;
  let lanes = f32x4.splat(0);
  for (let at: usize = 0; at < whole; at += 16) lanes = f32x4.add(lanes, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  let sum = addLanes(lanes);
  for (let at = whole; at < bytes; at += 4) sum += load<f32>(x + at) * load<f32>(y + at);
  return sum;
}

/** The inverse of `takeRows`. */
function giveRows(from: usize, to: usize, headBytes: usize, share: i32, elements: i32, factor: f32): void {
  const bytes = (<usize>elements) << 2;
  for (let head = 0; head < share; head++, from += bytes, to += headBytes) {
    memory.copy(to, from, bytes);
    scaleRow(to, elements, factor);
  }
}
