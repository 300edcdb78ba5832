import type { Environment } from './pip-settings.ts';

/** How a process computes with the native library. */
export interface NativeEnvironmentOptions {
  /** Variables that are set already; those of the user win. */
  readonly environment: Environment;
  /** Ranks of this process; each gets its share of the cores. */
  readonly ranks: number;
  readonly cores: number;
}

/**
 * Variables that TensorFlow's library reads when it is loaded, as far as the user has not set them. Set them in the main thread before the first
 * backend is selected: a worker thread's own variables do not reach the library.
 *
 * - `TF_ENABLE_ONEDNN_OPTS=0`: with oneDNN, memory grows over a run of changing shapes, and sums are rounded otherwise.
 * - `TF_NUM_INTRAOP_THREADS`, `TF_NUM_INTEROP_THREADS`: ranks share the cores instead of each taking all.
 * - `TF_FORCE_GPU_ALLOW_GROWTH=true`: memory of the GPU is taken as it is needed, and not all at once.
 * - `NVIDIA_TF32_OVERRIDE=0`: a GPU multiplies in float32. TensorFlow would round the factors to 10 bits (TF32), which errs by 1e-3.
 * - `TF_DETERMINISTIC_OPS=1`: a GPU adds in a fixed order, so that a run repeats itself to the bit.
 * - `TF_CPP_MIN_LOG_LEVEL=2`: errors only.
 */
export function nativeEnvironment({ environment, ranks, cores }: NativeEnvironmentOptions): Record<string, string> {
  const wanted: Record<string, string> = {
    TF_ENABLE_ONEDNN_OPTS: '0',
    TF_NUM_INTRAOP_THREADS: String(Math.max(1, Math.floor(cores / ranks))),
    TF_NUM_INTEROP_THREADS: '1',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    NVIDIA_TF32_OVERRIDE: '0',
    TF_DETERMINISTIC_OPS: '1',
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => environment[name] === undefined));
}
