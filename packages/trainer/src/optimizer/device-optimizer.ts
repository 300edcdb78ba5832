/**
 * AdamW where a native backend computes: weights and moments are variables of TensorFlow, gradients are added up as tensors, and the step is
 * TensorFlow's fused kernel. It is the arithmetic of the host's loop in float32, with the betas rounded to float32. Several ranks are left to
 * the host's, which is where they exchange gradients.
 */
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import {
  applyAdam,
  assignVariable,
  createVariable,
  halfSquaredLength,
  readVariable,
  type AdamScalars,
  type AdamVariables,
} from '../backend/native/native-operations.ts';
import { TrainerError } from '../errors.ts';
import type { Optimizer, OptimizerState, OptimizerStep, TrainedParameter } from './optimizer.ts';

type Weights = Map<string, tf.Tensor>;

interface Entry {
  readonly name: string;
  readonly shape: number[];
  /** Of the batch under way; absent while it is zero. */
  gradient?: tf.Tensor | undefined;
  /** Absent before the first step: a model that is only evaluated needs no moments. */
  variables?: AdamVariables | undefined;
}

/** AdamW on the device of a native backend. Throws `backend_unavailable` where another backend is active. */
export function deviceOptimizer(parameters: readonly TrainedParameter[], weights: Weights): Optimizer {
  const entries = parameters.map(({ name, shape }): Entry => ({ name, shape: [...shape] }));
  const size = parameters.reduce((sum, { values }) => sum + values.length, 0);
  let optimizerStep = 0;
  /** The size of the weights when it was measured last, and by how much steps may have changed it since. */
  let [measured, moved] = [0, Infinity];
  for (const { name, shape, values } of parameters) replaceWeight(weights, name, () => tf.tensor(values, [...shape]));
  const zeroGradient = (): void => entries.forEach(forgetGradient);
  return {
    zeroGradient,
    addGradient: (parts) => entries.forEach((entry, index) => addTo(entry, parts[index])),
    reduceGradient: () => undefined,
    gradientLengths: (groups) => {
      const squares = squaredLengths(entries.map(({ gradient }) => gradient));
      return groups.map((indexes) => Math.sqrt(indexes.reduce((sum, index) => sum + at(squares, index), 0)));
    },
    step: (options) => {
      optimizerStep++;
      moved += longestStep(options) + options.learningRate * options.weightDecay * measured;
      const tensors = stepTensors(options, optimizerStep);
      for (const entry of entries) takeStep(entry, weights, tensors);
      tf.dispose([...Object.values(tensors.adam), tensors.scale ?? [], tensors.shrink ?? []]);
    },
    rootMeanSquare: () => {
      if (moved > measured / 10) {
        const squares = squaredLengths(entries.map(({ name }) => weightOf(weights, name)));
        measured = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / Math.max(1, size));
        moved = 0;
      }
      return measured;
    },
    state: () => ({
      parameters: new Map(entries.map(({ name, shape }) => [name, { shape, data: weightOf(weights, name).dataSync<'float32'>().slice() }])),
      moment1: downloadMoments(entries, 'moment1'),
      moment2: downloadMoments(entries, 'moment2'),
      optimizerStep,
    }),
    restore: (state) => {
      optimizerStep = state.optimizerStep;
      moved = Infinity;
      for (const entry of entries) restoreEntry(entry, weights, state);
    },
    dispose: () => {
      zeroGradient();
      entries.forEach(forgetVariables);
    },
  };
}

/** The most by which a step moves a weight, decay aside: that of a gradient that comes alone, or always. */
function longestStep({ learningRate, beta1, beta2 }: OptimizerStep): number {
  return learningRate * Math.max(1, (1 - beta1) / Math.sqrt(1 - beta2));
}

/** What the steps of all parameters have in common. */
interface StepTensors {
  readonly adam: AdamScalars;
  /** Factor of the gradient; absent where it is 1. */
  readonly scale?: tf.Scalar;
  /** What decay leaves of a matrix; absent without decay. */
  readonly shrink?: tf.Scalar;
}

/**
 * The kernel adds epsilon to a root that is not corrected for bias. `rate root / c1 m / (sqrt(v) + epsilon root)` with `root = sqrt(c2)` is the
 * same as `rate (m / c1) / (sqrt(v / c2) + epsilon)`. Betas are rounded for moments and corrections alike.
 */
function stepTensors({ scale, learningRate, weightDecay, epsilon, ...betas }: OptimizerStep, step: number): StepTensors {
  const [beta1, beta2] = [Math.fround(betas.beta1), Math.fround(betas.beta2)];
  const root = Math.sqrt(1 - beta2 ** step);
  return {
    adam: {
      rate: tf.scalar((learningRate * root) / (1 - beta1 ** step)),
      beta1: tf.scalar(beta1),
      beta2: tf.scalar(beta2),
      epsilon: tf.scalar(epsilon * root),
      power: tf.scalar(0),
    },
    ...(scale < 1 ? { scale: tf.scalar(scale) } : {}),
    ...(weightDecay === 0 ? {} : { shrink: tf.scalar(1 - learningRate * weightDecay) }),
  };
}

function takeStep(entry: Entry, weights: Weights, { adam, scale, shrink }: StepTensors): void {
  const { name, shape, gradient } = entry;
  const weight = weightOf(weights, name);
  const variables = (entry.variables ??= createVariables(weight, { moment1: tf.zerosLike(weight), moment2: tf.zerosLike(weight) }));
  tf.tidy(() => {
    const whole = gradient ?? tf.zerosLike(weight);
    const clipped = scale === undefined ? whole : tf.mul(whole, scale);
    if (shrink !== undefined && shape.length > 1) assignVariable(variables.values, tf.mul(weight, shrink));
    // The tensor that the model read shares the variable's memory; without it, the variable changes in place.
    weight.dispose();
    applyAdam(variables, adam, clipped);
  });
  weights.set(name, tf.keep(readVariable(variables.values)));
}

function restoreEntry(entry: Entry, weights: Weights, state: OptimizerState): void {
  const { name, shape } = entry;
  const saved = state.parameters.get(name);
  if (saved !== undefined) replaceWeight(weights, name, () => upload(saved.data, shape));
  forgetVariables(entry);
  if (state.optimizerStep === 0) return;
  const weight = weightOf(weights, name);
  const moment = (values: Float32Array | undefined): tf.Tensor => (values === undefined ? tf.zerosLike(weight) : upload(values, shape));
  entry.variables = createVariables(weight, { moment1: moment(state.moment1.get(name)), moment2: moment(state.moment2.get(name)) });
}

function addTo(entry: Entry, part: tf.Tensor | undefined): void {
  if (part === undefined) return;
  const { gradient } = entry;
  entry.gradient = gradient === undefined ? part : tf.add(gradient, part);
  if (gradient !== undefined) tf.dispose([gradient, part]);
}

/** Squared length of each tensor, read from the device at once; an absent one is 0. */
function squaredLengths(tensors: readonly (tf.Tensor | undefined)[]): number[] {
  if (tensors.length === 0) return [];
  const halves = tf.tidy(() =>
    tf.stack(tensors.map((tensor) => (tensor === undefined ? tf.scalar(0) : halfSquaredLength(tensor)))).dataSync<'float32'>(),
  );
  return Array.from(halves, (half) => 2 * half);
}

/** Variables with these values; the moments are disposed. */
function createVariables(weight: tf.Tensor, moments: { moment1: tf.Tensor; moment2: tf.Tensor }): AdamVariables {
  const variables = {
    values: createVariable(weight),
    moment1: createVariable(moments.moment1),
    moment2: createVariable(moments.moment2),
  };
  tf.dispose(moments);
  return variables;
}

function downloadMoments(entries: readonly Entry[], which: 'moment1' | 'moment2'): Map<string, Float32Array> {
  return new Map(
    entries.flatMap(({ name, variables }) => {
      if (variables === undefined) return [];
      const tensor = readVariable(variables[which]);
      const values = tensor.dataSync<'float32'>();
      tensor.dispose();
      return [[name, values] as const];
    }),
  );
}

function replaceWeight(weights: Weights, name: string, make: () => tf.Tensor): void {
  weights.get(name)?.dispose();
  weights.set(name, tf.keep(make()));
}

function weightOf(weights: Weights, name: string): tf.Tensor {
  const tensor = weights.get(name);
  if (tensor === undefined) throw new TrainerError('invalid_checkpoint', `The engine was closed; its parameter ${name} is gone.`);
  return tensor;
}

/** From a copy: until its first use, a tensor goes by the array it was made of. */
function upload(values: Float32Array, shape: number[]): tf.Tensor {
  return tf.tensor(values.slice(), shape);
}

function forgetGradient(entry: Entry): void {
  entry.gradient?.dispose();
  entry.gradient = undefined;
}

function forgetVariables(entry: Entry): void {
  const { values, moment1, moment2 } = entry.variables ?? {};
  for (const variable of [values, moment1, moment2]) variable?.handle.dispose();
  entry.variables = undefined;
}
