import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../fused-kernels.ts';
import { savedAt, type GradientCall, type GradientRule, type InputGradients } from './gradient-rule.ts';

/** Rules of the fused kernels; they run only where such a kernel ran, so the kernels of the gradients are there too. */
export const fusedRules: readonly GradientRule[] = [
  {
    kernelName: FUSED.gatedSilu,
    inputs: ['gate', 'up'],
    gradient: ({ dy, saved }: GradientCall): InputGradients => {
      const inputs = { dy, gate: savedAt(saved, 0), up: savedAt(saved, 1) };
      const [gate, up] = tf.engine().runKernel<[tf.Tensor, tf.Tensor]>(FUSED.gatedSiluGradient, inputs);
      return { gate: () => gate, up: () => up };
    },
  },
  {
    kernelName: FUSED.rmsNorm,
    inputs: ['x', 'weight'],
    gradient: ({ dy, saved, attrs }: GradientCall): InputGradients => {
      const inputs = { dy, x: savedAt(saved, 0), weight: savedAt(saved, 1) };
      const [x, weight] = tf.engine().runKernel<[tf.Tensor, tf.Tensor]>(FUSED.rmsNormGradient, inputs, attrs as { epsilon: number });
      return { x: () => x, weight: () => weight };
    },
  },
  {
    kernelName: FUSED.rangedAttention,
    inputs: ['query', 'key', 'value', 'ranges'],
    output: true,
    gradient: ({ dy, saved }: GradientCall): InputGradients => {
      const names = ['query', 'key', 'value', 'ranges', 'out', 'statistics'];
      const inputs = { dy, ...Object.fromEntries(names.map((name, position) => [name, savedAt(saved, position)])) };
      const [query, key, value] = tf.engine().runKernel<[tf.Tensor, tf.Tensor, tf.Tensor]>(FUSED.rangedAttentionGradient, inputs);
      // Ranges are places, not values.
      return { query: () => query, key: () => key, value: () => value, ranges: () => tf.zerosLike(savedAt(saved, 3)) };
    },
  },
  {
    kernelName: FUSED.rotate,
    inputs: ['cos', 'sin'],
    // The tables come from positions, which are not trained.
    gradient: ({ dy, saved, attrs }: GradientCall): InputGradients => {
      const [cos, sin] = [savedAt(saved, 0), savedAt(saved, 1)];
      return {
        x: () => runFused(FUSED.rotate, { x: dy, cos, sin }, { backward: attrs['backward'] !== true }) ?? tf.zerosLike(dy),
        cos: () => tf.zerosLike(cos),
        sin: () => tf.zerosLike(sin),
      };
    },
  },
];
