// The native library for real. It runs where one is installed (`orsta backend install cpu`), or where it may be fetched:
//   VTRIUNE_NATIVE=install npx vitest run --config vitest.e2e.config.ts packages/trainer/src/backend/native
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OP_CASES, type OpCase } from '../../../test/op-cases.ts';
import { describeDeviceOptimizer } from '../../../test/device-optimizer-suite.ts';
import { compute, TOLERANCE, worstError } from '../../../test/op-comparison.ts';
import { selectBackend } from '../select-backend.ts';
import { checkNative } from './check-native.ts';
import { installNative, uninstallNative } from './install-native.ts';
import { linkAddon, readAddonLink, requireTfjsPackage, tfjsPackageFolder, unlinkAddon } from './link-addon.ts';
import { nativeEnvironment } from './native-environment.ts';
import { defaultNativeRoot, listInstalls, type NativeInstall } from './native-layout.ts';
import { pipIndexUrl } from './pip-settings.ts';

const environment = process.env;
const owner = { environment, home: homedir() };
const mayFetch = environment['VTRIUNE_NATIVE'] === 'install';
const packageFolder = tfjsPackageFolder('cpu');
const root = mayFetch ? await mkdtemp(join(tmpdir(), 'native-')) : defaultNativeRoot(owner);
const [cached] = (await listInstalls(root)).filter(({ variant }) => variant === 'cpu');
const available = packageFolder !== undefined && (mayFetch || cached !== undefined);
const title = available ? 'the native library' : 'the native library (skipped: none is installed; see the top of this file)';

describe.skipIf(!available)(title, () => {
  let wasLinked = false;
  let install: NativeInstall | undefined = cached;

  beforeAll(async () => {
    Object.assign(process.env, nativeEnvironment({ environment, ranks: 2, cores: 2 }));
    const folder = requireTfjsPackage('cpu');
    wasLinked = (await readAddonLink(folder)).kind !== 'none';
    if (mayFetch)
      install = await installNative({ variant: 'cpu', root, source: { indexUrl: await pipIndexUrl(owner), python: 'python3' } });
    else if (!wasLinked && install !== undefined) await linkAddon(install, folder);
  }, 600_000);

  afterAll(async () => {
    if (mayFetch) {
      await uninstallNative({ root, variant: 'cpu' });
      expect(existsSync(root)).toBe(false);
    } else if (!wasLinked && packageFolder !== undefined) await unlinkAddon(packageFolder);
    await rm(join(root, 'downloads'), { recursive: true, force: true });
  });

  it('loads in a process of its own and says its version', async () => {
    expect(await checkNative('cpu')).toMatchObject({ ok: true, tensorflow: install?.version, gpu: false });
  });

  describe('agrees with the cpu backend', () => {
    beforeAll(async () => {
      await selectBackend({ prefer: ['cpu'] });
      expect(await selectBackend({ prefer: ['tfjs-node'] })).toMatchObject({ name: 'tfjs-node', gpu: false });
    });

    it.each(OP_CASES.map((op): [string, OpCase] => [op.name, op]))('%s', (_, op) => {
      const expected = compute('cpu', op);
      const actual = compute('tensorflow', op);
      expect(actual.shape).toEqual(expected.shape);
      expect(actual.dtype).toBe(expected.dtype);
      expect(worstError(actual.forward, expected.forward)).toBeLessThan(TOLERANCE);
      actual.gradients.forEach((gradient, at) => {
        expect(worstError(gradient, expected.gradients[at] ?? new Float32Array())).toBeLessThan(TOLERANCE);
      });
    });

    it('is the backend that these cases ran on', () => {
      void tf.setBackend('tensorflow');
      expect(tf.getBackend()).toBe('tensorflow');
    });
  });

  it('is not called where nothing is to be done, and has one tensor of equal numbers', async () => {
    await selectBackend({ prefer: ['tfjs-node'] });
    const { calls, scalars } = watchCalls(() =>
      tf.tidy(() => {
        const x = tf.add(tf.tensor2d([1, 2, 3, 4], [2, 2]), 0.5);
        expect(tf.add(tf.cast(tf.reshape(x, [2, 2]), 'float32'), 0.5).arraySync()).toEqual([
          [2, 3],
          [4, 5],
        ]);
        expect(tf.reshape(x, [4]).shape).toEqual([4]);
        expect(tf.cast(x, 'int32').arraySync()).toEqual([
          [1, 2],
          [3, 4],
        ]);
      }),
    );
    expect(calls).toEqual(['Add', 'Add', 'Reshape', 'Cast']);
    expect(scalars).toEqual([scalars[0], scalars[0]]);
  });

  describeDeviceOptimizer();

  describe('trains', () => {
    it('as wasm does, on one rank and on two, and repeats itself to the bit', async () => {
      const [wasm, one, again, two] = [
        await trainOn('wasm', 1),
        await trainOn('tfjs-node', 1),
        await trainOn('tfjs-node', 1),
        await trainOn('tfjs-node', 2),
      ];
      expect(again).toEqual(one);
      for (const other of [wasm, two]) {
        other.entropies.forEach((entropy, step) => expect(entropy).toBeCloseTo(one.entropies[step] ?? NaN, 5));
        expect(other.norms[0]).toBeCloseTo(one.norms[0] ?? NaN, 4);
        expect(other.tokens).toEqual(one.tokens);
      }
      expect(new Set(one.entropies).size).toBe(one.entropies.length);
    });
  });
});

interface Watched {
  readonly calls: string[];
  /** Numbers of the float32 scalars, in the order in which they were asked for. */
  readonly scalars: number[];
}

/** What some work asks of the library, operations and scalars. */
function watchCalls(work: () => void): Watched {
  type Binding = Record<'executeOp' | 'createTensor', (...parameters: unknown[]) => unknown> & { readonly TF_FLOAT: number };
  const native = tf.backend() as unknown as { binding: Binding };
  const { binding } = native;
  const watched: Watched = { calls: [], scalars: [] };
  const executeOp = (...parameters: unknown[]): unknown => {
    watched.calls.push(String(parameters[0]));
    return binding.executeOp(...parameters);
  };
  const createTensor = (...parameters: unknown[]): unknown => {
    const id = binding.createTensor(...parameters);
    if (parameters[1] === binding.TF_FLOAT && (parameters[0] as number[]).length === 0) watched.scalars.push(id as number);
    return id;
  };
  native.binding = Object.create(binding, { executeOp: { value: executeOp }, createTensor: { value: createTensor } }) as Binding;
  try {
    work();
  } finally {
    native.binding = binding;
  }
  return watched;
}

interface Trained {
  readonly entropies: number[];
  readonly norms: number[];
  readonly tokens: number[][];
  /** SHA-256 of all parameters. */
  readonly weights: string;
}

/** Trains the small model of `train-on.mjs` in a process of its own, since a loaded library stays. */
async function trainOn(backend: string, ranks: number): Promise<Trained> {
  const program = fileURLToPath(new URL('../../../test/train-on.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, backend, String(ranks)], { env: process.env });
  return JSON.parse(stdout) as Trained;
}
