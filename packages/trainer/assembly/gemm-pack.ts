// Packing for the matrix product: rearranges blocks of B, and of a transposed A, so that the register tile reads them
// in a row. Where a block does not fill the last panel, the panel is padded with zeros. Left out: an A that is not
// transposed, whose rows the tile reads where they are.

import { transposeTile } from './movement';

/** Rows of the register tile. */
export const MR: i32 = 4;
/** Columns of the register tile. */
export const NR: i32 = 8;

/** Packs kc x nc of row-major `b` (row length ldb) into panels of 8 columns. */
export function packB(b: usize, ldb: i32, nc: i32, kc: i32, to: usize): void {
  const rowBytes = (<usize>ldb) << 2;
  for (let j = 0; j < nc; j += NR) {
    let from = b + ((<usize>j) << 2);
    const width = min(NR, nc - j);
    for (let p = 0; p < kc; p++) {
      if (width == NR) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let x = 0; x < NR; x++) store<f32>(to + ((<usize>x) << 2), x < width ? load<f32>(from + ((<usize>x) << 2)) : 0);
      }
      from += rowBytes;
      to += NR * 4;
    }
  }
}

/** Packs the same from a `b` that is stored transposed, [n, k]. */
export function packBTransposed(b: usize, ldb: i32, nc: i32, kc: i32, to: usize): void {
  const rowBytes = (<usize>ldb) << 2;
  for (let j = 0; j < nc; j += NR) {
    const from = b + <usize>j * rowBytes;
    const width = min(NR, nc - j);
    let p = 0;
    if (width == NR) {
      for (; p + 4 <= kc; p += 4) {
        const at = to + <usize>(p * NR * 4);
        transposeTile(from + ((<usize>p) << 2), rowBytes, at, NR * 4);
        transposeTile(from + ((<usize>p) << 2) + 4 * rowBytes, rowBytes, at + 16, NR * 4);
      }
    }
    for (; p < kc; p++) {
      for (let x = 0; x < NR; x++) {
        store<f32>(to + ((<usize>(p * NR + x)) << 2), x < width ? load<f32>(from + <usize>x * rowBytes + ((<usize>p) << 2)) : 0);
      }
    }
    to += <usize>(kc * NR * 4);
  }
}

/** Packs mc x kc of an `a` that is stored transposed, [k, m] with row length lda, into panels of 4 rows. */
export function packATransposed(a: usize, lda: i32, mc: i32, kc: i32, to: usize): void {
  const rowBytes = (<usize>lda) << 2;
  const panel = <usize>(kc * MR * 4);
  let i = 0;
  // Four panels at a time read whole cache lines, which are likely gone before a later panel would come to them.
  for (; i + 4 * MR <= mc; i += 4 * MR) {
    let from = a + ((<usize>i) << 2);
    for (let p = 0; p < kc; p++) {
      v128.store(to, v128.load(from));
      v128.store(to + panel, v128.load(from, 16));
      v128.store(to + 2 * panel, v128.load(from, 32));
      v128.store(to + 3 * panel, v128.load(from, 48));
      from += rowBytes;
      to += MR * 4;
    }
    to += 3 * panel;
  }
  for (; i < mc; i += MR) {
    const height = min(MR, mc - i);
    let from = a + ((<usize>i) << 2);
    for (let p = 0; p < kc; p++) {
      for (let x = 0; x < MR; x++) store<f32>(to + ((<usize>x) << 2), x < height ? load<f32>(from + ((<usize>x) << 2)) : 0);
      from += rowBytes;
      to += MR * 4;
    }
  }
}
