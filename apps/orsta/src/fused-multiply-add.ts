import { setFlagsFromString } from 'node:v8';

/**
 * Lets Node 20 compile matrix products with fused multiply-add, a fifth faster than without. Newer versions have it switched on already. It
 * must run before the first backend is selected, and it is the program's choice rather than a library's because it holds for the process.
 */
export function allowFusedMultiplyAdd(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}
