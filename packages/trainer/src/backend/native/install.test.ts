import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildAddon } from './build-addon.ts';
import { openedIn } from './check-native.ts';
import { diagnoseNative, gpuAdvice, gpuFinding, isOlder, missingLibraries } from './diagnose-native.ts';
import { cudaRequirements, installNative } from './install-native.ts';
import { linkCuda } from './link-cuda.ts';
import { linkAddon, readAddonLink, unlinkAddon } from './link-addon.ts';
import { nativeEnvironment } from './native-environment.ts';
import {
  ADDON_FILE,
  defaultNativeRoot,
  installFolder,
  libraryFolder,
  listInstalls,
  recordFile,
  type NativeInstall,
} from './native-layout.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'native-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function madeInstall(): Promise<NativeInstall> {
  const record = {
    variant: 'cpu',
    version: '2.21.0',
    wheel: { filename: 'x.whl', sha256: 'a'.repeat(64) },
    addon: 'compiled',
    cuda: false,
  } as const;
  const folder = installFolder(root, record);
  await mkdir(libraryFolder(folder), { recursive: true });
  await writeFile(join(libraryFolder(folder), ADDON_FILE), 'ours');
  const { path, text } = recordFile(folder, record);
  await writeFile(path, text);
  return { ...record, folder };
}

describe('listInstalls', () => {
  it('lists what is complete', async () => {
    expect(await listInstalls(join(root, 'none'))).toEqual([]);
    const install = await madeInstall();
    await mkdir(join(root, 'cpu-2.15.1'));
    await mkdir(join(root, 'gpu-2.21.0'));
    await writeFile(join(root, 'gpu-2.21.0', 'install.json'), '{"variant":"gpu"');
    expect(await listInstalls(root)).toEqual([install]);
  });

  it('is below the cache folder of the user', () => {
    expect(defaultNativeRoot({ environment: {}, home: '/home/a' })).toBe('/home/a/.cache/vtriune/tensorflow');
    expect(defaultNativeRoot({ environment: { XDG_CACHE_HOME: '/cache' }, home: '/home/a' })).toBe('/cache/vtriune/tensorflow');
  });
});

describe('linkAddon', () => {
  it('makes the package load the addon, and unlinking leaves nothing', async () => {
    const [install, folder] = [await madeInstall(), join(root, 'package')];
    await mkdir(folder);
    expect(await readAddonLink(folder)).toEqual({ kind: 'none' });
    await linkAddon(install, folder);
    await linkAddon(install, folder);
    expect(await readFile(join(folder, 'lib/napi-v8', ADDON_FILE), 'utf8')).toBe('ours');
    expect(await readAddonLink(folder)).toMatchObject({ kind: 'link', broken: false });
    await rm(install.folder, { recursive: true });
    expect(await readAddonLink(folder)).toMatchObject({ kind: 'link', broken: true });
    expect(await unlinkAddon(folder)).toBe(true);
    expect(existsSync(join(folder, 'lib'))).toBe(false);
    expect(await unlinkAddon(folder)).toBe(false);
  });

  it("keeps the addon of the package's own installer and puts it back", async () => {
    const [install, folder] = [await madeInstall(), join(root, 'package')];
    const path = join(folder, 'lib/napi-v8', ADDON_FILE);
    await mkdir(join(folder, 'lib/napi-v8'), { recursive: true });
    await writeFile(path, 'stock');
    expect(await readAddonLink(folder)).toEqual({ kind: 'stock' });
    expect(await unlinkAddon(folder)).toBe(false);
    await linkAddon(install, folder);
    expect(await readFile(path, 'utf8')).toBe('ours');
    await unlinkAddon(folder);
    expect(await readFile(path, 'utf8')).toBe('stock');
  });
});

describe('buildAddon', () => {
  it('refuses sources of another version, and names a compiler that is not there', async () => {
    const tfjsFolder = join(root, 'package');
    await mkdir(join(tfjsFolder, 'binding'), { recursive: true });
    const source = join(tfjsFolder, 'binding/tfjs_backend.cc');
    await writeFile(source, 'int x;');
    const options = { tfjsFolder, folder: root, compiler: 'no-such-compiler' };
    await expect(buildAddon(options, join(root, 'out'))).rejects.toThrow('it is not the source of @tensorflow/tfjs-node 4.22.0');
    await writeFile(source, 'static std::set<std::string> ATTR_NAME_SET;');
    await expect(buildAddon(options, join(root, 'out'))).rejects.toThrow('there is no compiler no-such-compiler');
    await expect(buildAddon({ ...options, compiler: 'false' }, join(root, 'out'))).rejects.toMatchObject({ code: 'backend_install' });
    expect(await readFile(source, 'utf8')).toContain('static std::set');
    expect(existsSync(join(root, 'addon-sources'))).toBe(false);
  });
});

describe('installNative', () => {
  it('leaves nothing behind when the wheel cannot be had', async () => {
    const wanted = installNative({ variant: 'cpu', root: join(root, 'all'), source: { indexUrl: 'http://127.0.0.1:1' } });
    await expect(wanted).rejects.toMatchObject({ code: 'download_failed' });
    expect(await listInstalls(join(root, 'all'))).toEqual([]);
  });
});

describe('the CUDA libraries', () => {
  // Lines of the metadata of tensorflow 2.21.0 and 2.15.1.
  it('are named by a wheel in one version, or from an oldest one on', () => {
    const metadata = [
      'Requires-Dist: numpy>=1.26.0',
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
      "Requires-Dist: nvidia-cufft-cu12 ==11.0.8.103 ; extra == 'and-cuda'",
      "Requires-Dist: nvidia-nccl-cu12 (==2.16.5) ; extra == 'and-cuda'",
      'Requires-Dist: nvidia-else-cu12>=1.0; extra == "other"',
    ].join('\n');
    expect(cudaRequirements(metadata)).toEqual([
      { project: 'nvidia-cublas-cu12', version: '12.5.3.2' },
      { project: 'nvidia-cudnn-cu12', version: '9.3.0.75' },
      { project: 'nvidia-cufft-cu12', version: '11.0.8.103' },
      { project: 'nvidia-nccl-cu12', version: '2.16.5' },
    ]);
    expect(cudaRequirements('Requires-Dist: numpy>=1.26.0')).toEqual([]);
  });

  it('are linked where TensorFlow looks for them, again and again', async () => {
    await mkdir(join(root, 'nvidia/cusolver/lib'), { recursive: true });
    await writeFile(join(root, 'nvidia/cusolver/lib/libcusolver.so.11'), 'solver');
    await linkCuda(root);
    await linkCuda(root);
    expect(await readFile(join(root, 'nvidia/cublas/lib/libcusolver.so.11'), 'utf8')).toBe('solver');
  });

  it('that TensorFlow did not open are named', () => {
    const line = (name: string): string =>
      `I0000 00:00:1795670648.998729     909 dso_loader.cc:133] Successfully opened dynamic library ${name}`;
    const names = ['libcuda.so.1', 'libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libcufft.so.11', 'libcudnn.so.9'];
    const opened = openedIn([...names, 'libcudart.so.12'].map(line).join('\n'));
    expect(opened).toEqual(names);
    expect(missingLibraries(opened)).toEqual(['libcusolver', 'libcusparse']);
    expect(gpuAdvice({ hasCuda: true, hasGpu: true, missing: ['libcusolver'] })).toContain('orsta backend install gpu --cuda');
    expect(gpuAdvice({ hasCuda: false, hasGpu: true, missing: ['libcusolver'] })).toContain('orsta backend install gpu --cuda');
    expect(gpuAdvice({ hasCuda: true, hasGpu: false, missing: [] })).toContain('docker run --gpus all');
    expect(gpuAdvice({ hasCuda: true, hasGpu: true, missing: [] })).toContain('CUDA_VISIBLE_DEVICES');
  });
});

describe('diagnoseNative', () => {
  it('says what is there and what to do', async () => {
    const environment = { TF_ENABLE_ONEDNN_OPTS: '1' };
    const findings = await diagnoseNative({ root, environment, python: 'no-such-python', compiler: 'no-such-compiler' });
    expect(findings.find(({ what }) => what === 'download')?.found).toContain('the package index is read directly');
    expect(findings.find(({ what }) => what === 'addon')).toMatchObject({
      state: 'wrong',
      advice: expect.stringContaining('apt install g++') as string,
    });
    expect(findings.find(({ what }) => what === 'environment')?.advice).toContain('set 0');
    for (const { state, advice } of findings) if (state === 'wrong') expect(advice).toMatch(/\S/);
  }, 60_000);

  it('judges a GPU by its driver and its architecture', () => {
    expect(gpuFinding('NVIDIA L4, 550.54.15, 8.9, 23034 MiB', '12.4')).toEqual({
      what: 'GPU',
      state: 'fine',
      found: 'NVIDIA L4, 23034 MiB, driver 550.54.15 (CUDA to 12.4), compute capability 8.9',
    });
    expect(gpuFinding('NVIDIA L4, 470.82.01, 8.9, 23034 MiB').advice).toContain('driver 525.60');
    expect(gpuFinding('Tesla K80, 550.54.15, 3.7, 11441 MiB').advice).toContain('compute capability 6.0');
  });

  it('compares versions number by number', () => {
    expect(isOlder('525.105.17', '525.60')).toBe(false);
    expect(isOlder('525.59', '525.60.13')).toBe(true);
    expect(isOlder('12', '12.0')).toBe(false);
    expect(isOlder('2.5', '2.27')).toBe(true);
  });
});

describe('nativeEnvironment', () => {
  it('shares the cores among the ranks and leaves what the user has set', () => {
    const set = nativeEnvironment({ environment: { TF_ENABLE_ONEDNN_OPTS: '1' }, ranks: 2, cores: 8 });
    expect(set).not.toHaveProperty('TF_ENABLE_ONEDNN_OPTS');
    expect(set).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '4',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_DETERMINISTIC_OPS: '1',
    });
    expect(nativeEnvironment({ environment: {}, ranks: 4, cores: 2 })).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '1',
      TF_ENABLE_ONEDNN_OPTS: '0',
    });
  });
});
