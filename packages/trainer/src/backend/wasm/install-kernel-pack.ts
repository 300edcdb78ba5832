// Puts the kernels of this package in the place of TensorFlow.js's own, and takes them out again. A kernel that has no
// case for its inputs hands them on to the stock kernel it replaced.
import * as tf from '@tensorflow/tfjs-core';
import { TrainerError } from '../../errors.ts';
import { binaryKernels, compareKernels, unaryKernels } from './elementwise.ts';
import { fusedKernels } from './fused.ts';
import { gatherKernel, segmentSumKernel } from './gather.ts';
import { openKernelPack, type KernelPack } from './kernel-pack.ts';
import { fusedMatMulKernel, matMulKernel } from './matmul.ts';
import {
  castKernel,
  concatKernel,
  identityKernel,
  selectKernel,
  sliceKernel,
  splitKernel,
  tileKernel,
  transposeKernel,
} from './movement.ts';
import type { KernelInputs, PackKernel } from './pack-kernel.ts';
import { rangedAttentionGradientKernel, rangedAttentionKernel } from './ranged-attention.ts';
import { maxKernel, meanKernel, softmaxGradientKernel, softmaxKernel, sumKernel } from './reduce.ts';

const PACK_KERNELS: readonly PackKernel[] = [
  matMulKernel,
  fusedMatMulKernel,
  gatherKernel,
  segmentSumKernel,
  tileKernel,
  selectKernel,
  sliceKernel,
  splitKernel,
  concatKernel,
  transposeKernel,
  identityKernel,
  castKernel,
  sumKernel,
  meanKernel,
  maxKernel,
  softmaxKernel,
  softmaxGradientKernel,
  ...fusedKernels,
  rangedAttentionKernel,
  rangedAttentionGradientKernel,
  ...unaryKernels,
  ...binaryKernels,
  ...compareKernels,
];

/** The registry entry that says the pack is installed, and keeps what it replaced. */
const MARKER = 'VtriuneKernelPack';

interface Marker extends tf.KernelConfig {
  readonly owner: unknown;
  readonly fusedMultiplyAdd: boolean;
  readonly stock: readonly tf.KernelConfig[];
}

/**
 * Registers the kernel pack for the active wasm backend in place of the stock kernels of the same names.
 * Does nothing when it is installed already. Tells whether products use fused multiply-add.
 * Throws `TrainerError` `kernel_pack` when TensorFlow.js does not fit.
 */
export async function installKernelPack(): Promise<{ fusedMultiplyAdd: boolean }> {
  const installed = findMarker();
  if (installed?.owner === tf.backend()) return { fusedMultiplyAdd: installed.fusedMultiplyAdd };
  uninstallKernelPack();
  const pack = await openKernelPack();
  const stock: tf.KernelConfig[] = [];
  for (const kernel of PACK_KERNELS) {
    const replaced = tf.getKernel(kernel.kernelName, 'wasm');
    if (replaced) {
      stock.push(replaced);
      tf.unregisterKernel(kernel.kernelName, 'wasm');
    }
    tf.registerKernel(toConfig(kernel, pack, replaced));
  }
  const { fusedMultiplyAdd } = pack;
  const marker: Marker = { kernelName: MARKER, backendName: 'wasm', kernelFunc: () => [], owner: tf.backend(), fusedMultiplyAdd, stock };
  tf.registerKernel(marker);
  return { fusedMultiplyAdd };
}

/** Puts the stock kernels back, for comparisons; does nothing when the pack is not installed. */
export function uninstallKernelPack(): void {
  const marker = findMarker();
  if (!marker) return;
  tf.unregisterKernel(MARKER, 'wasm');
  for (const kernel of PACK_KERNELS) tf.unregisterKernel(kernel.kernelName, 'wasm');
  for (const config of marker.stock) tf.registerKernel(config);
}

function findMarker(): Marker | undefined {
  return tf.getKernel(MARKER, 'wasm') as Marker | undefined;
}

function toConfig(kernel: PackKernel, pack: KernelPack, stock: tf.KernelConfig | undefined): tf.KernelConfig {
  const kernelFunc: tf.KernelFunc = (call) => {
    const inputs = call.inputs as unknown as KernelInputs;
    const result = kernel.run(pack, inputs, call.attrs ?? {});
    if (result) return result;
    if (!stock)
      throw new TrainerError(
        'kernel_pack',
        `${kernel.kernelName} has no case for these inputs on wasm -> see assembly/ for what it takes.`,
      );
    return stock.kernelFunc(call);
  };
  return { kernelName: kernel.kernelName, backendName: 'wasm', kernelFunc };
}
