import type { KernelPack, TensorInfo } from './kernel-pack.ts';

/** Inputs of a kernel by name; a kernel with a list of inputs has the names '0', '1', ... */
export type KernelInputs = Readonly<Record<string, TensorInfo>>;

/** Attributes of a kernel by name, as TensorFlow.js passes them. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

/** One kernel of the pack; `run` may hand back `undefined` to leave a case to the stock kernel. */
export interface PackKernel {
  /** The name under which TensorFlow.js looks the kernel up. */
  readonly kernelName: string;
  /** Computes the output(s) for inputs in the shared memory. */
  run(pack: KernelPack, inputs: KernelInputs, attrs: KernelAttributes): TensorInfo | TensorInfo[] | undefined;
}
