// The bridge between the compiled kernels and TensorFlow.js's wasm backend. Both work on one memory: the kernels
// get byte offsets of tensors, and nothing is copied. It reads internals of @tensorflow/tfjs-backend-wasm 4.22.0
// (`wasm.asm`, `dataIdMap`), and refuses any other shape of them with a reason instead of guessing.
import * as tf from '@tensorflow/tfjs-core';
import { TrainerError } from '../../errors.ts';
import { KERNEL_BINARY_BASE64, RELAXED_KERNEL_BINARY_BASE64 } from './kernel-binary.ts';

/** What a kernel is called with and gives back: a tensor without its handle. */
export interface TensorInfo {
  dataId: object;
  shape: number[];
  dtype: tf.DataType;
}

/** The part of TensorFlow.js's wasm backend that the kernels rely on. */
export interface WasmBackend {
  readonly wasm: { readonly asm: object; _malloc(bytes: number): number; _free(offset: number): void };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
}

const KERNEL_NAMES = [
  'attention',
  'attentionGradient',
  'attentionWorkBytes',
  'binaryBox',
  'compareBox',
  'copyBox',
  'findOutOfRange',
  'gatedSilu',
  'gatedSiluGradient',
  'gather',
  'gemm',
  'gemmBatched',
  'gemmScratchBytes',
  'largestMagnitude',
  'maxRows',
  'rmsNormGradientRows',
  'rmsNormRows',
  'rotateRows',
  'segmentSum',
  'select4',
  'softmaxGradientRows',
  'softmaxRows',
  'sumMiddle',
  'transposeMatrices',
  'unary',
] as const;

/** The compiled functions, by name; numbers are byte offsets, sizes or float values (see assembly/). */
export type KernelExports = Readonly<Record<(typeof KERNEL_NAMES)[number], (...values: number[]) => number>>;

/** The part of the WebAssembly API in use; Node's type definitions leave it out. */
interface WebAssemblyApi {
  readonly Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<{ readonly exports: object }>;
}

/** The compiled kernels bound to one backend. */
export interface KernelPack {
  readonly backend: WasmBackend;
  readonly kernels: KernelExports;
  /** Whether the matrix product uses fused multiply-add (relaxed SIMD), which rounds once instead of twice. */
  readonly fusedMultiplyAdd: boolean;
  /** Byte offset of the packing buffers of `gemm`. */
  readonly scratch: number;
  /** The memory that both sides share. */
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Byte offset of a tensor. */
  pointer(tensor: TensorInfo): number;
  /** A new uninitialized tensor; it may grow the memory, so views are taken after it. */
  output(shape: readonly number[], dtype: tf.DataType): TensorInfo;
}

/**
 * Compiles the kernels against the memory of the active wasm backend.
 * Throws `TrainerError` `kernel_pack` when that backend is not laid out as expected.
 */
export async function openKernelPack(): Promise<KernelPack> {
  const backend = tf.backend() as unknown as WasmBackend;
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const memory = findMemory(backend, WebAssembly);
  const relaxed = Buffer.from(RELAXED_KERNEL_BINARY_BASE64, 'base64');
  const fusedMultiplyAdd = WebAssembly.validate(relaxed);
  const module = await WebAssembly.compile(fusedMultiplyAdd ? relaxed : Buffer.from(KERNEL_BINARY_BASE64, 'base64'));
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const kernels = exports as unknown as KernelExports;
  const missing = KERNEL_NAMES.filter((name) => typeof kernels[name] !== 'function');
  if (missing.length > 0) {
    throw new TrainerError(
      'kernel_pack',
      `kernel-binary.ts lacks ${missing.join(', ')} -> it must fit assembly/ -> run scripts/build-kernels.mjs.`,
    );
  }
  const scratch = backend.wasm._malloc(kernels.gemmScratchBytes());
  return {
    backend,
    kernels,
    fusedMultiplyAdd,
    scratch,
    memory,
    pointer: (tensor) => backend.dataIdMap.get(tensor.dataId).memoryOffset,
    output: (shape, dtype) => backend.makeOutput([...shape], dtype),
  };
}

function findMemory(backend: WasmBackend, { Memory }: WebAssemblyApi): KernelPack['memory'] {
  const candidates: unknown[] = Object.values(backend.wasm?.asm ?? {});
  const memory = candidates.find((value) => value instanceof Memory);
  const complete =
    typeof backend.makeOutput === 'function' && typeof backend.dataIdMap?.get === 'function' && typeof backend.wasm?._malloc === 'function';
  if (memory && complete) return memory;
  throw new TrainerError(
    'kernel_pack',
    `The wasm backend of TensorFlow.js ${tf.version_core} is not laid out as the kernel pack expects -> it is made for 4.22.0 -> install exactly that version, or select the backend with { kernelPack: false }.`,
  );
}
