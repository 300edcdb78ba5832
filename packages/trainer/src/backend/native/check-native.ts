import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { NATIVE_PACKAGES, type NativeVariant } from './native-layout.ts';

/** Whether a package of TensorFlow.js loads its library and computes. */
export type NativeCheck =
  | {
      readonly ok: true;
      readonly tensorflow: string;
      readonly gpu: boolean;
      readonly seconds: number;
      /** NVIDIA's libraries that it opened, such as `libcudart.so.12`. */
      readonly opened: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

// TensorFlow names the libraries that it opens at this level of detail, and says of those that it does not find only that there are some.
const TELLING = { TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_MAX_VLOG_LEVEL: '1', TF_CPP_VMODULE: 'dso_loader=1' };
const OPENED = /Successfully opened dynamic library (\S+)/g;

// Loading takes a second and some hundred megabytes, cannot be undone, and may end the process: so it is done in another one.
const PROGRAM = `
  Object.assign(process.env, ${JSON.stringify(TELLING)});
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const start = performance.now();
  const tf = require(process.argv[1]);
  const product = tf.matMul(tf.fill([64, 64], 2), tf.fill([64, 64], 3)).dataSync();
  if (!product.every((value) => value === 384)) throw new RangeError('a product of matrices is wrong: ' + product[0]);
  const backend = tf.backend();
  console.log(JSON.stringify({ tensorflow: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice, seconds: (performance.now() - start) / 1000 }));
`;

/** Loads a variant in a process of its own and computes a product of matrices with it. */
export function checkNative(variant: NativeVariant): Promise<NativeCheck> {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(NATIVE_PACKAGES[variant]);
  } catch {
    // An optional dependency that npm left out.
    return Promise.resolve({ ok: false, reason: `${NATIVE_PACKAGES[variant]} is not installed` });
  }
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', PROGRAM, entry], { timeout: 120_000, maxBuffer: 2 ** 26 }, (error, output, said) => {
      const last = output.trim().split('\n').at(-1);
      if (error === null && last !== undefined) resolve({ ok: true, ...(JSON.parse(last) as Loaded), opened: openedIn(said) });
      else resolve({ ok: false, reason: reasonIn(said) ?? (error?.signal ? `the process ended with ${error.signal}` : 'it said nothing') });
    });
  });
}

type Loaded = Pick<NativeCheck & { ok: true }, 'tensorflow' | 'gpu' | 'seconds'>;

/** The libraries that TensorFlow says it opened, once each. */
export function openedIn(said: string): string[] {
  return [...new Set([...said.matchAll(OPENED)].flatMap(([, name]) => (name === undefined ? [] : [name])))];
}

function reasonIn(said: string): string | undefined {
  const line = said.split('\n').find((text) => /^\s*(\w*Error|.*cannot open shared object|.*symbol|.*GLIBC)/.test(text));
  return line?.trim();
}
