// Assembles pairwise-iou.wat and writes it as src/pairwise-kernel-bytes.ts. Run it after a change of the kernel: node kernel/build.mjs

import { readFileSync, writeFileSync } from 'node:fs';
import createWabt from 'wabt';

const wabt = await createWabt();
const source = readFileSync(new URL('pairwise-iou.wat', import.meta.url), 'utf8');
const module = wabt.parseWat('pairwise-iou.wat', source, { simd: true });
const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
const lines = [
  '// Written by kernel/build.mjs from kernel/pairwise-iou.wat. Do not edit.',
  '',
  '/** The WebAssembly kernel of `pairwiseIou` in base64. */',
  'export const PAIRWISE_KERNEL_BASE64 =',
  `  '${base64}';`,
  '',
];
writeFileSync(new URL('../src/pairwise-kernel-bytes.ts', import.meta.url), lines.join('\n'));
