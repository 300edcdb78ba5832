// tfjs-node calls the library also where nothing is to be done: to cast float32 to float32, to give a tensor the shape that it has. A call takes
// 10 us and more, and a fourth of the calls of an update were such. Here the result is the same tensor under another name, as on other backends.
import * as tf from '@tensorflow/tfjs-core';

type Kernel = tf.KernelConfig['kernelFunc'];
type Call = Parameters<Kernel>[0];

/** Kernels of one input `x`, and whether a call changes anything. */
const IDLE: Readonly<Record<string, (x: tf.TensorInfo, attrs: Call['attrs']) => boolean>> = {
  Cast: (x, attrs) => attrs?.['dtype'] === x.dtype,
  Reshape: (x, attrs) => tf.util.arraysEqual(x.shape, attrs?.['shape'] as number[]),
};

/** The kernels that were put in place of tfjs-node's. */
const own = new WeakSet<Kernel>();

/** Puts them in place for the native backend, once its package has registered its own. Does nothing where they are in place. */
export function skipIdleKernels(): void {
  for (const [kernelName, isIdle] of Object.entries(IDLE)) {
    const stock = tf.getKernel(kernelName, 'tensorflow') as tf.KernelConfig | undefined;
    if (stock === undefined || own.has(stock.kernelFunc)) continue;
    const kernelFunc: Kernel = (call) => (isIdle(inputOf(call), call.attrs) ? sameTensor(call) : stock.kernelFunc(call));
    own.add(kernelFunc);
    tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({ ...stock, kernelFunc });
  }
}

function inputOf({ inputs }: Call): tf.TensorInfo {
  return inputs['x'] as tf.TensorInfo;
}

function sameTensor(call: Call): tf.TensorInfo {
  const { dataId, shape, dtype } = inputOf(call);
  (call.backend as tf.KernelBackend).incRef(dataId);
  return { dataId, shape, dtype };
}
