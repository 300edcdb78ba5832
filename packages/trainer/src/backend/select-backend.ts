// Chooses the backend that TensorFlow.js computes on, and says what it got and why.
// Nothing falls back in silence: every candidate that was passed over is in the report with its reason.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { TrainerError } from '../errors.ts';
import { registerGradients } from './gradients/register-gradients.ts';
import { registerFusedOperations } from './native/fused-operations.ts';
import { skipIdleKernels } from './native/idle-kernels.ts';
import { shareNumbers, type SharingBackend } from './native/share-numbers.ts';
import { installKernelPack, uninstallKernelPack } from './wasm/install-kernel-pack.ts';

/** What TensorFlow.js computes on: two native packages (optional), WebAssembly, and plain JavaScript. */
export type BackendName = 'tfjs-node-gpu' | 'tfjs-node' | 'wasm' | 'cpu';

/** One candidate that was tried; `reason` says why it was passed over. */
export interface BackendAttempt {
  readonly name: BackendName;
  readonly ok: boolean;
  readonly reason?: string;
}

/** What `selectBackend` chose. */
export interface BackendReport {
  /** The backend in use. */
  readonly name: BackendName;
  /** The name TensorFlow.js knows it by (`tf.getBackend()`). */
  readonly tfjsName: string;
  /** Version of TensorFlow.js. */
  readonly version: string;
  /** Whether a GPU does the work; the native GPU package runs on the CPU where CUDA is missing. */
  readonly gpu: boolean;
  /** Whether the wasm kernels of this package are in use. */
  readonly kernelPack: boolean;
  /** Whether those kernels multiply and add in one instruction (relaxed SIMD, Node 22 and later): faster, other rounding. */
  readonly fusedMultiplyAdd: boolean;
  /** Why the kernels are not in use, if they are not. */
  readonly kernelPackReason?: string;
  /** All candidates in the order in which they were tried. */
  readonly attempts: readonly BackendAttempt[];
}

/** Options of `selectBackend`. */
export interface SelectBackendOptions {
  /** Candidates in order of preference; `backendOrder(width)` where absent. A single name is a demand: it works or it throws. */
  readonly prefer?: readonly BackendName[];
  /** Width of the language model (`hidden_size`), which decides what is fastest. */
  readonly width?: number;
  /** Whether the wasm backend gets the kernel pack; default true. */
  readonly kernelPack?: boolean;
}

/** What the driver makes on Linux, and under WSL. */
const NVIDIA_DEVICES = ['/dev/nvidiactl', '/dev/dxg'];

const BACKENDS: readonly BackendName[] = ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'];

/** Widths of the language model at which a step takes less time on the native library than on wasm: benchmarks/RESULTS.md, "Backends". */
const NATIVE = { from: 256, below: 1024 };

/**
 * The backends in order of preference for a model: a GPU first; then the native library at the widths where it was measured to be faster than
 * wasm. A width that is not known counts as one of those.
 */
export function backendOrder(width = NATIVE.from): readonly BackendName[] {
  return width >= NATIVE.from && width < NATIVE.below ? BACKENDS : ['tfjs-node-gpu', 'wasm', 'tfjs-node', 'cpu'];
}

/**
 * Activates the first backend of `prefer` that works on this machine, and registers the gradients of its operations.
 * Throws `TrainerError` `backend_unavailable` when none does, or when the only one named does not.
 */
export async function selectBackend(options: SelectBackendOptions = {}): Promise<BackendReport> {
  const candidates = options.prefer ?? backendOrder(options.width);
  const attempts: BackendAttempt[] = [];
  let cause: unknown;
  for (const name of candidates) {
    try {
      await activate(name, candidates.length === 1);
    } catch (error) {
      cause = error;
      attempts.push({ name, ok: false, reason: firstLine(error) });
      continue;
    }
    attempts.push({ name, ok: true });
    registerGradients();
    const pack =
      name === 'wasm' ? await applyKernelPack(options.kernelPack ?? true) : withoutPack(`the kernel pack is for wasm, not for ${name}`);
    return { name, tfjsName: tf.getBackend(), version: tf.version_core, gpu: usesGpu(), ...pack, attempts };
  }
  const tried = attempts.map(({ name, reason }) => `${name} (${reason})`).join('; ') || 'nothing';
  throw new TrainerError(
    'backend_unavailable',
    `No TensorFlow.js backend could be activated, tried ${tried} -> one of ${BACKENDS.join(', ')} is needed -> ${installAdvice(candidates)}leave 'prefer' out to take what this machine has.`,
    { cause },
  );
}

function installAdvice(candidates: readonly string[]): string {
  const native = candidates.find((name) => name.startsWith('tfjs-node'));
  if (native === undefined) return '';
  const variant = native === 'tfjs-node' ? 'cpu' : 'gpu';
  return `install the library of ${native} with \`orsta backend install ${variant}\` (\`orsta backend doctor\` says more), or `;
}

async function activate(name: BackendName, demanded: boolean): Promise<void> {
  if (!BACKENDS.includes(name)) throw new TrainerError('backend_unavailable', 'there is no such backend');
  if (name === 'wasm') await activateWasm();
  else if (name === 'cpu') await activateCpu();
  else {
    if (name === 'tfjs-node-gpu' && !demanded) requireDriver();
    await activateNative(name);
  }
  if (name === 'tfjs-node-gpu' && demanded && !usesGpu()) {
    throw new TrainerError(
      'backend_unavailable',
      'the package loaded, but TensorFlow found no GPU it can use; `orsta backend doctor` says what is missing',
    );
  }
}

/** Without a driver the GPU build would compute on the processor, and its library would stay loaded beside the next one. */
function requireDriver(): void {
  if (process.platform === 'linux' && !NVIDIA_DEVICES.some((path) => existsSync(path)))
    throw new TrainerError('backend_unavailable', 'there is no NVIDIA driver on this machine');
}

async function activateWasm(): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm');
  const before = { uncaughtException: process.listeners('uncaughtException'), unhandledRejection: process.listeners('unhandledRejection') };
  await setBackend('wasm');
  // Emscripten adds handlers that rethrow every uncaught error of the process below a dump of its own source.
  for (const listener of process.listeners('uncaughtException')) {
    if (!before.uncaughtException.includes(listener)) process.removeListener('uncaughtException', listener);
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (!before.unhandledRejection.includes(listener)) process.removeListener('unhandledRejection', listener);
  }
}

async function activateCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  await setBackend('cpu');
  // Keeps it from advertising the native package on the console at its first use.
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
}

async function activateNative(name: 'tfjs-node-gpu' | 'tfjs-node'): Promise<void> {
  restoreRemovedUtilities();
  try {
    // Two imports with literal names, so that bundlers and package checks see them.
    if (name === 'tfjs-node-gpu') await import('@tensorflow/tfjs-node-gpu');
    else await import('@tensorflow/tfjs-node');
    await setBackend('tensorflow');
    skipIdleKernels();
    registerFusedOperations();
    shareNumbers(tf.backend() as unknown as SharingBackend);
  } catch (error) {
    // A package without its native library has registered its kernels by now; the next one would warn about each.
    if (!tf.findBackend('tensorflow')) {
      for (const { kernelName } of tf.getKernelsForBackend('tensorflow')) tf.unregisterKernel(kernelName, 'tensorflow');
    }
    throw error;
  }
}

async function setBackend(name: string): Promise<void> {
  const done = await tf.setBackend(name);
  if (!done || tf.getBackend() !== name) {
    throw new TrainerError(
      'backend_unavailable',
      `TensorFlow.js did not start the backend '${name}'; the active one is '${tf.getBackend()}'`,
    );
  }
}

// tfjs-node 4.22.0 calls two functions of node:util that Node 23 removed.
function restoreRemovedUtilities(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}

type PackReport = Pick<BackendReport, 'kernelPack' | 'fusedMultiplyAdd' | 'kernelPackReason'>;

function withoutPack(kernelPackReason: string): PackReport {
  return { kernelPack: false, fusedMultiplyAdd: false, kernelPackReason };
}

async function applyKernelPack(wanted: boolean): Promise<PackReport> {
  if (!wanted) {
    uninstallKernelPack();
    return withoutPack('not wanted: kernelPack is false');
  }
  try {
    return { kernelPack: true, ...(await installKernelPack()) };
  } catch (error) {
    return withoutPack(firstLine(error));
  }
}

function usesGpu(): boolean {
  return (tf.backend() as unknown as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]?.trim() ?? message;
}
