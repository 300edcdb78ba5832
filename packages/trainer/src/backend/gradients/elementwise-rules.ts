// Gradients of elementwise kernels. The package @tensorflow/tfjs-core has gradients only inside its sources, where
// Node cannot import them; the full package @tensorflow/tfjs (124 MB) would bring them.
import * as tf from '@tensorflow/tfjs-core';
import { savedAt, sumTo, type GradientCall, type GradientRule, type InputGradients } from './gradient-rule.ts';

/** A function of one tensor, by the derivative of its input `x` or of its output `y`. */
function unary(kernelName: string, from: 'x' | 'y', derivative: (dy: tf.Tensor, saved: tf.Tensor) => tf.Tensor): GradientRule {
  return {
    kernelName,
    ...(from === 'x' ? { inputs: ['x'] } : { output: true }),
    gradient: ({ dy, saved }) => ({ x: () => derivative(dy, savedAt(saved, 0)) }),
  };
}

type BinaryDerivative = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A function of two tensors that broadcast. */
function binary(kernelName: string, derivativeOfA: BinaryDerivative, derivativeOfB: BinaryDerivative): GradientRule {
  return {
    kernelName,
    inputs: ['a', 'b'],
    gradient: ({ dy, saved }: GradientCall): InputGradients => {
      const [a, b] = [savedAt(saved, 0), savedAt(saved, 1)];
      return { a: () => sumTo(derivativeOfA(dy, a, b), a.shape), b: () => sumTo(derivativeOfB(dy, a, b), b.shape) };
    },
  };
}

function where(condition: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return tf.mul(dy, tf.cast(condition, 'float32'));
}
function float(x: tf.Tensor): tf.Tensor {
  return tf.cast(x, 'float32');
}
function flat(kernelName: string): GradientRule {
  return {
    kernelName,
    gradient: ({ dy }) => ({ x: () => tf.zerosLike(dy) }),
  };
}

/** Rules of functions of one tensor. */
export const unaryRules: readonly GradientRule[] = [
  unary('Abs', 'x', (dy, x) => tf.mul(dy, tf.sign(x))),
  unary('Cos', 'x', (dy, x) => tf.neg(tf.mul(dy, tf.sin(x)))),
  unary('Erf', 'x', (dy, x) => tf.mul(tf.mul(dy, tf.exp(tf.neg(tf.square(x)))), 2 / Math.sqrt(Math.PI))),
  unary('Exp', 'y', (dy, y) => tf.mul(dy, y)),
  unary('Expm1', 'x', (dy, x) => tf.mul(dy, tf.exp(x))),
  unary('Log', 'x', (dy, x) => tf.div(dy, x)),
  unary('Log1p', 'x', (dy, x) => tf.div(dy, tf.add(x, 1))),
  unary('Reciprocal', 'y', (dy, y) => tf.neg(tf.mul(dy, tf.square(y)))),
  unary('Relu', 'x', (dy, x) => where(tf.greater(x, 0), dy)),
  unary('Rsqrt', 'y', (dy, y) => tf.mul(tf.mul(dy, -0.5), tf.mul(y, tf.square(y)))),
  unary('Sigmoid', 'y', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  unary('Sin', 'x', (dy, x) => tf.mul(dy, tf.cos(x))),
  unary('Softplus', 'x', (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  unary('Sqrt', 'y', (dy, y) => tf.div(dy, tf.mul(y, 2))),
  unary('Square', 'x', (dy, x) => tf.mul(dy, tf.mul(float(x), 2))),
  unary('Tanh', 'y', (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  { kernelName: 'Neg', gradient: ({ dy }) => ({ x: () => tf.neg(dy) }) },
  { kernelName: 'Identity', gradient: ({ dy }) => ({ x: () => tf.cast(dy, 'float32') }) },
  { kernelName: 'Cast', gradient: ({ dy }) => ({ x: () => tf.clone(dy) }) },
  ...['Ceil', 'Floor', 'OnesLike', 'Round', 'Sign', 'Step', 'ZerosLike'].map(flat),
  {
    kernelName: 'ClipByValue',
    inputs: ['x'],
    gradient: ({ dy, saved, attrs }: GradientCall): InputGradients => {
      const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
      const x = savedAt(saved, 0);
      return { x: () => where(tf.lessEqual(x, clipValueMax), where(tf.greaterEqual(x, clipValueMin), dy)) };
    },
  },
];

/** Rules of functions of two or more tensors. */
export const binaryRules: readonly GradientRule[] = [
  binary(
    'Add',
    (dy) => dy,
    (dy) => dy,
  ),
  binary(
    'Sub',
    (dy) => dy,
    (dy) => tf.neg(dy),
  ),
  binary(
    'Multiply',
    (dy, _, b) => tf.mul(dy, float(b)),
    (dy, a) => tf.mul(dy, float(a)),
  ),
  binary(
    'RealDiv',
    (dy, _, b) => tf.div(dy, float(b)),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, float(a)), tf.square(float(b)))),
  ),
  binary(
    'Maximum',
    (dy, a, b) => where(tf.greaterEqual(a, b), dy),
    (dy, a, b) => where(tf.less(a, b), dy),
  ),
  binary(
    'Minimum',
    (dy, a, b) => where(tf.lessEqual(a, b), dy),
    (dy, a, b) => where(tf.greater(a, b), dy),
  ),
  binary(
    'SquaredDifference',
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ),
  binary(
    'Pow',
    (dy, a, b) => tf.mul(dy, tf.mul(float(b), tf.pow(a, tf.sub(float(b), 1)))),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.pow(a, b), tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a)))),
  ),
  {
    kernelName: 'AddN',
    allInputs: true,
    gradient: ({ dy, saved }) => saved.map(() => () => tf.clone(dy)),
  },
  {
    kernelName: 'Select',
    inputs: ['condition'],
    gradient: ({ dy, saved }: GradientCall): InputGradients => {
      const condition = savedAt(saved, 0);
      return {
        condition: () => tf.zeros(condition.shape),
        t: () => tf.where(condition, dy, tf.zerosLike(dy)),
        e: () => tf.where(condition, tf.zerosLike(dy), dy),
      };
    },
  },
];
