import { at } from '@vtriune/format/at';
import { util } from '@tensorflow/tfjs-core';
import { FUSED } from '../fused-kernels.ts';
import type { TensorInfo } from './kernel-pack.ts';
import type { PackKernel } from './pack-kernel.ts';

type Inputs<Names extends string> = Record<Names, TensorInfo>;

const gatedSiluKernel: PackKernel = {
  kernelName: FUSED.gatedSilu,
  run: (pack, inputs) => {
    const { gate, up } = inputs as Inputs<'gate' | 'up'>;
    const out = pack.output(gate.shape, 'float32');
    pack.kernels.gatedSilu(pack.pointer(gate), pack.pointer(up), pack.pointer(out), util.sizeFromShape(gate.shape), pack.scratch);
    return out;
  },
};

const gatedSiluGradientKernel: PackKernel = {
  kernelName: FUSED.gatedSiluGradient,
  run: (pack, inputs) => {
    const { dy, gate, up } = inputs as Inputs<'dy' | 'gate' | 'up'>;
    const outputs = [pack.output(gate.shape, 'float32'), pack.output(gate.shape, 'float32')];
    const pointers = [dy, gate, up, ...outputs].map((tensor) => pack.pointer(tensor));
    pack.kernels.gatedSiluGradient(...pointers, util.sizeFromShape(gate.shape), pack.scratch);
    return outputs;
  },
};

const rmsNormKernel: PackKernel = {
  kernelName: FUSED.rmsNorm,
  run: (pack, inputs, attrs) => {
    const { x, weight } = inputs as Inputs<'x' | 'weight'>;
    const out = pack.output(x.shape, 'float32');
    pack.kernels.rmsNormRows(pack.pointer(x), pack.pointer(weight), pack.pointer(out), ...rowsOf(x), attrs['epsilon'] as number);
    return out;
  },
};

const rmsNormGradientKernel: PackKernel = {
  kernelName: FUSED.rmsNormGradient,
  run: (pack, inputs, attrs) => {
    const { dy, x, weight } = inputs as Inputs<'dy' | 'x' | 'weight'>;
    const outputs = [pack.output(x.shape, 'float32'), pack.output(weight.shape, 'float32')];
    const pointers = [dy, x, weight, ...outputs].map((tensor) => pack.pointer(tensor));
    pack.kernels.rmsNormGradientRows(...pointers, ...rowsOf(x), attrs['epsilon'] as number);
    return outputs;
  },
};

const rotateKernel: PackKernel = {
  kernelName: FUSED.rotate,
  run: (pack, inputs, attrs) => {
    const { x, cos, sin } = inputs as Inputs<'x' | 'cos' | 'sin'>;
    const [batch = 1, heads = 1, time = 1, dim = 0] = x.shape;
    const out = pack.output(x.shape, 'float32');
    const pointers = [x, cos, sin, out].map((tensor) => pack.pointer(tensor));
    const tableStep = cos.shape[0] === 1 ? 0 : time * dim * 4;
    pack.kernels.rotateRows(...pointers, batch, heads, time, dim / 2, tableStep, attrs['backward'] === true ? 1 : 0);
    return out;
  },
};

/** Parts of a transformer block in one pass each, and their gradients; all in float32. */
export const fusedKernels: readonly PackKernel[] = [
  gatedSiluKernel,
  gatedSiluGradientKernel,
  rmsNormKernel,
  rmsNormGradientKernel,
  rotateKernel,
];

function rowsOf(x: TensorInfo): [rows: number, length: number] {
  const length = at(x.shape, x.shape.length - 1);
  return [util.sizeFromShape(x.shape) / Math.max(1, length), length];
}
