// Operations of TensorFlow that TensorFlow.js has no name for, called through the binding of tfjs-node: variables, which are changed in place,
// and the kernel of Adam. All run where the native backend computes, on a GPU where there is one.
import * as tf from '@tensorflow/tfjs-core';
import { TrainerError } from '../../errors.ts';

/** An attribute of an operation; `type` is a number of the binding. */
interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The part of tfjs-node's backend that is used here. */
interface NativeBackend {
  readonly binding: Readonly<Record<'TF_FLOAT' | 'TF_ATTR_TYPE' | 'TF_ATTR_SHAPE' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL', number>>;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(name: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[], outputs: number): unknown;
}

/**
 * A float32 variable of TensorFlow. Its memory is given back when the handle is disposed. A tensor that was read from it shares the memory; while
 * one lives, a change copies the variable first.
 */
export interface Variable {
  /** Names the variable in operations, and has no values of its own. */
  readonly handle: tf.Tensor;
}

/** What Adam's kernel keeps of a parameter. */
export interface AdamVariables {
  readonly values: Variable;
  readonly moment1: Variable;
  readonly moment2: Variable;
}

/**
 * Scalars of a step of Adam, with the rate and epsilon already corrected for bias. The kernel's own correction goes by powers of the betas;
 * `power` 0 leaves it out.
 */
export type AdamScalars = Readonly<Record<'rate' | 'beta1' | 'beta2' | 'epsilon' | 'power', tf.Scalar>>;

/** The name by which TensorFlow knows that a variable is shared with nobody (`ResourceHandle::ANONYMOUS_NAME`); every one of them is a new one. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** Whether the active backend is the native one. */
export function hasNativeOperations(): boolean {
  return tf.getBackend() === 'tensorflow';
}

/** A variable with the values of a tensor. */
export function createVariable(initial: tf.Tensor): Variable {
  const { backend, float, binding } = native();
  const attributes = [
    float('dtype'),
    { name: 'shape', type: binding.TF_ATTR_SHAPE, value: initial.shape },
    { name: 'shared_name', type: binding.TF_ATTR_STRING, value: ANONYMOUS },
    { name: 'container', type: binding.TF_ATTR_STRING, value: '' },
  ];
  const handle = tf.keep(backend.executeSingleOutput('VarHandleOp', attributes, []));
  assignVariable({ handle }, initial);
  return { handle };
}

/** Replaces the values of a variable. */
export function assignVariable({ handle }: Variable, values: tf.Tensor): void {
  const { backend, float } = native();
  backend.executeMultipleOutputs('AssignVariableOp', [float('dtype')], [handle, values], 0);
}

/** The values of a variable as a tensor. */
export function readVariable({ handle }: Variable): tf.Tensor {
  const { backend, float } = native();
  return backend.executeSingleOutput('ReadVariableOp', [float('dtype')], [handle]);
}

/**
 * Adam's step in place, in one pass over the memory: `m += (g - m) (1 - beta1)`, `v += (g^2 - v) (1 - beta2)` and
 * `values -= rate m / (sqrt(v) + epsilon)`.
 */
export function applyAdam({ values, moment1, moment2 }: AdamVariables, scalars: AdamScalars, gradient: tf.Tensor): void {
  const { backend, float, flag } = native();
  const attributes = [float('T'), flag('use_locking', false), flag('use_nesterov', false)];
  const variables = [values.handle, moment1.handle, moment2.handle];
  const { power, rate, beta1, beta2, epsilon } = scalars;
  backend.executeMultipleOutputs('ResourceApplyAdam', attributes, [...variables, power, power, rate, beta1, beta2, epsilon, gradient], 0);
}

/** Half the sum of the squares of all elements, a scalar; one pass without a tensor of squares. */
export function halfSquaredLength(tensor: tf.Tensor): tf.Tensor {
  const { backend, float } = native();
  return backend.executeSingleOutput('L2Loss', [float('T')], [tensor]);
}

function native(): {
  backend: NativeBackend;
  binding: NativeBackend['binding'];
  float(name: string): Attribute;
  flag(name: string, value: boolean): Attribute;
} {
  if (!hasNativeOperations())
    throw new TrainerError(
      'backend_unavailable',
      `Variables need a native backend; the active one is '${tf.getBackend()}'. Select tfjs-node or tfjs-node-gpu and leave it selected.`,
    );
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  return {
    backend,
    binding,
    float: (name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }),
    flag: (name, value) => ({ name, type: binding.TF_ATTR_BOOL, value }),
  };
}
