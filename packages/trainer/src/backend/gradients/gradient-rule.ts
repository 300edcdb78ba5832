import * as tf from '@tensorflow/tfjs-core';
import { TrainerError } from '../../errors.ts';

/** What a gradient rule gets: the gradient of the output(s), the saved tensors in order, and the attributes. */
export interface GradientCall {
  /** Gradient of the first output, in its shape. */
  readonly dy: tf.Tensor;
  /** Gradients of all outputs. */
  readonly dys: readonly tf.Tensor[];
  /** The inputs named in `inputs`, then the outputs if `output` is set. */
  readonly saved: readonly tf.Tensor[];
  /** Attributes by name, as TensorFlow.js passes them. */
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** One function for each input, by name, or by position for a list. */
export type InputGradients = Record<string, () => tf.Tensor> | (() => tf.Tensor)[];

/** How the gradient of a kernel is computed; each function returns a new tensor in the shape of its input. */
export interface GradientRule {
  readonly kernelName: string;
  /** Names of the inputs to keep for the backward pass. */
  readonly inputs?: readonly string[];
  /** Whether to keep the output, or both where there are two. */
  readonly output?: boolean;
  /** Whether to keep all inputs; for kernels that take a list. */
  readonly allInputs?: boolean;
  /** The gradients of the inputs; computed only where they are called. */
  gradient(call: GradientCall): InputGradients;
}

/** Registers rules with TensorFlow.js, for all backends; a rule of the same name is replaced. */
export function registerRules(rules: readonly GradientRule[]): void {
  for (const rule of rules) {
    tf.registerGradient({
      kernelName: rule.kernelName,
      ...(rule.inputs && { inputsToSave: [...rule.inputs] }),
      ...(rule.output && { outputsToSave: [true, true] }),
      ...(rule.allInputs && { saveAllInputs: true }),
      gradFunc: (dy, saved, attrs) => {
        const dys = Array.isArray(dy) ? dy : [dy];
        const call: GradientCall = { dy: first(dys), dys, saved, attrs: attrs };
        return rule.gradient(call) as never;
      },
    });
  }
}

/** Sums a gradient over the axes that broadcasting repeated, back to `shape`; always a new tensor. */
export function sumTo(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, [...shape]);
}

/** The saved tensor at a position; a rule that did not save it is a mistake in the rule. */
export function savedAt(saved: readonly tf.Tensor[], position: number): tf.Tensor {
  const tensor = saved[position];
  if (!tensor)
    throw new TrainerError(
      'kernel_pack',
      `A gradient rule reads saved tensor ${position} of ${saved.length} -> it must name it in 'inputs'.`,
    );
  return tensor;
}

function first(tensors: readonly tf.Tensor[]): tf.Tensor {
  return savedAt(tensors, 0);
}
