// What is there for the native backends, what is wrong, and what to do about it. Nothing is changed.
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { NATIVE_PACKAGES, listInstalls, type NativeVariant } from './native-layout.ts';
import { checkNative } from './check-native.ts';
import { readAddonLink, tfjsPackageFolder } from './link-addon.ts';
import { resolveAddonPackage, ADDON_PACKAGE } from './build-addon.ts';
import { hasPip } from './pip-download.ts';
import type { Environment } from './pip-settings.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  /** `fine`, `absent` where it is not needed, or `wrong`. */
  readonly state: 'fine' | 'absent' | 'wrong';
  /** What was found. */
  readonly found: string;
  /** What to do; absent where nothing has to be done. */
  readonly advice?: string;
}

/** Where to look. */
export interface DiagnoseOptions {
  /** Folder of all native libraries. */
  readonly root: string;
  readonly environment: Environment;
  /** Python interpreter; `python3` where absent. */
  readonly python?: string;
  /** C++ compiler; `g++` where absent. */
  readonly compiler?: string;
}

/** TensorFlow 2.21's manylinux tag. */
const OLDEST_GLIBC = '2.27';
/** The oldest driver that runs CUDA 12, which TensorFlow 2.15 and later are built for. */
const OLDEST_DRIVER = '525.60';
/** What TensorFlow must find to use a GPU at all, beside the driver. */
const CUDA_LIBRARIES: readonly string[] = ['libcudart', 'libcublas', 'libcublasLt', 'libcudnn', 'libcufft', 'libcusolver', 'libcusparse'];
/** The oldest architecture that TensorFlow 2.21's GPU build has code for. */
const OLDEST_CAPABILITY = 6;

/** Looks at the machine, the packages, the libraries and the GPU. */
export async function diagnoseNative(options: DiagnoseOptions): Promise<Finding[]> {
  const gpus = await findGpus();
  return [
    machineFinding(),
    await sourceFinding(options),
    await compilerFinding(options),
    ...(await variantFindings('cpu', options.root)),
    ...gpus,
    ...(await variantFindings(
      'gpu',
      options.root,
      gpus.some(({ state }) => state === 'fine'),
    )),
    ...environmentFindings(options.environment, gpus.filter(({ state }) => state === 'fine').length),
  ];
}

function machineFinding(): Finding {
  const what = 'machine';
  const header = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header;
  const glibc = header?.glibcVersionRuntime;
  const found = `${process.platform} ${process.arch}, ${glibc === undefined ? 'no glibc' : `glibc ${glibc}`}, Node.js ${process.versions.node}`;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { what, state: 'wrong', found, advice: 'The libraries are for linux on x64. Training runs on wasm here.' };
  if (glibc === undefined)
    return { what, state: 'wrong', found, advice: 'The libraries need glibc; musl (Alpine) has none. Use a Debian or Ubuntu image.' };
  if (!isOlder(glibc, OLDEST_GLIBC)) return { what, state: 'fine', found };
  return { what, state: 'wrong', found, advice: 'TensorFlow 2.21 needs glibc 2.27. Install an older one: --version 2.15.1.' };
}

async function sourceFinding({ python = 'python3' }: DiagnoseOptions): Promise<Finding> {
  const pip = await hasPip(python);
  return { what: 'download', state: 'fine', found: pip ? `pip of ${python}` : `no pip of ${python}: the package index is read directly` };
}

async function compilerFinding({ compiler = 'g++' }: DiagnoseOptions): Promise<Finding> {
  const what = 'addon';
  if (resolveAddonPackage() !== undefined) return { what, state: 'fine', found: `compiled, in ${ADDON_PACKAGE}` };
  const version = await outputOf(compiler, ['-dumpfullversion']);
  if (version !== undefined) return { what, state: 'fine', found: `will be compiled with ${compiler} ${version.trim()}` };
  return {
    what,
    state: 'wrong',
    found: `there is neither ${ADDON_PACKAGE} nor ${compiler}`,
    advice: `Install a compiler (Debian, Ubuntu: apt install g++), or npm install ${ADDON_PACKAGE}.`,
  };
}

async function variantFindings(variant: NativeVariant, root: string, hasGpu = false): Promise<Finding[]> {
  const what = NATIVE_PACKAGES[variant];
  const command = `orsta backend install ${variant}`;
  const folder = tfjsPackageFolder(variant);
  if (folder === undefined)
    return [
      {
        what,
        state: 'absent',
        found: 'the package is not installed',
        advice: `npm install --ignore-scripts ${what}@4.22.0, then ${command}.`,
      },
    ];
  const installs = (await listInstalls(root)).filter((install) => install.variant === variant);
  const versions = installs.map(({ version, cuda }) => `TensorFlow ${version}${cuda ? ' with CUDA' : ''}`).join(', ');
  const link = await readAddonLink(folder);
  if (link.kind === 'none' || (link.kind === 'link' && link.broken)) {
    const found = installs.length === 0 ? 'no library is installed' : `${versions} is installed and not linked into this package`;
    return [{ what, state: installs.length === 0 ? 'absent' : 'wrong', found, advice: `${command}.` }];
  }
  const loads = await checkNative(variant);
  if (!loads.ok)
    return [
      { what, state: 'wrong', found: `it does not load: ${loads.reason}`, advice: `orsta backend uninstall ${variant}, then ${command}.` },
    ];
  const found = `TensorFlow ${loads.tensorflow}${link.kind === 'stock' ? " of the package's own installer" : ''} computes, ${loads.gpu ? `on a GPU${cudaOf(loads.opened)}` : 'on the processor'}`;
  if (variant === 'cpu' || loads.gpu) return [{ what, state: 'fine', found }];
  const missing = hasGpu ? missingLibraries(loads.opened) : [];
  const why = missing.length === 0 ? 'it found no GPU' : `it does not find ${missing.join(', ')}`;
  const advice = gpuAdvice({ hasCuda: installs.some(({ cuda }) => cuda), hasGpu, missing });
  return [{ what, state: 'wrong', found: `${found}: ${why}`, advice }];
}

function cudaOf(opened: readonly string[]): string {
  const libraries = CUDA_LIBRARIES.flatMap((name) => opened.filter((file) => file.startsWith(`${name}.so`)));
  return libraries.length === 0 ? '' : `, with ${libraries.join(', ')}`;
}

/** The libraries without which TensorFlow leaves a GPU alone, of those that it did not open. */
export function missingLibraries(opened: readonly string[]): string[] {
  return CUDA_LIBRARIES.filter((name) => !opened.some((file) => file.startsWith(`${name}.so`)));
}

/** What to do about a GPU that TensorFlow does not use. */
export function gpuAdvice({ hasCuda, hasGpu, missing }: { hasCuda: boolean; hasGpu: boolean; missing: readonly string[] }): string {
  if (!hasGpu && hasCuda)
    return 'The CUDA libraries are there. See the line on the driver; in a container, start it with the GPU (docker run --gpus all).';
  if (!hasCuda)
    return 'With a GPU in this machine: orsta backend install gpu --cuda adds the CUDA libraries. Without one: use the variant cpu.';
  if (missing.length > 0) return 'Install again: orsta backend uninstall gpu, then orsta backend install gpu --cuda.';
  return 'The GPU may be in use by another program, or hidden: see nvidia-smi and CUDA_VISIBLE_DEVICES.';
}

/** The GPUs that NVIDIA's driver reports, and what is wrong with each. */
async function findGpus(): Promise<Finding[]> {
  const what = 'GPU';
  const query = ['--query-gpu=name,driver_version,compute_cap,memory.total', '--format=csv,noheader'];
  const listed = await outputOf('nvidia-smi', query);
  if (listed === undefined) {
    const driver = await exists('/proc/driver/nvidia/version');
    if (!driver) return [{ what, state: 'absent', found: 'there is no NVIDIA driver' }];
    return [
      {
        what,
        state: 'wrong',
        found: 'the NVIDIA driver is loaded, and nvidia-smi does not run',
        advice: 'Install the driver whole, or restart after an update of it.',
      },
    ];
  }
  const cuda = /CUDA Version:\s*([\d.]+)/.exec((await outputOf('nvidia-smi', [])) ?? '')?.[1];
  return listed
    .trim()
    .split('\n')
    .map((line) => gpuFinding(line, cuda));
}

/** A line such as `NVIDIA L4, 550.54.15, 8.9, 23034 MiB`, and the latest CUDA that its driver runs, where that is known. */
export function gpuFinding(line: string, cuda?: string): Finding {
  const [name = '', driver = '', capability = '', memory = ''] = line.split(',').map((part) => part.trim());
  const runs = cuda === undefined ? '' : ` (CUDA to ${cuda})`;
  const finding = { what: 'GPU', found: `${name}, ${memory}, driver ${driver}${runs}, compute capability ${capability}` };
  if (isOlder(driver, OLDEST_DRIVER)) return { ...finding, state: 'wrong', advice: 'CUDA 12 needs driver 525.60 or later. Update it.' };
  if (Number(capability) >= OLDEST_CAPABILITY) return { ...finding, state: 'fine' };
  return {
    ...finding,
    state: 'wrong',
    advice: 'TensorFlow 2.21 has code for compute capability 6.0 and later. Use the variant cpu, or another GPU.',
  };
}

function environmentFindings(environment: Environment, gpus: number): Finding[] {
  const what = 'environment';
  const findings: Finding[] = [];
  const oneDnn = environment['TF_ENABLE_ONEDNN_OPTS'];
  if (oneDnn !== undefined && oneDnn !== '0')
    findings.push({
      what,
      state: 'wrong',
      found: `TF_ENABLE_ONEDNN_OPTS is ${oneDnn}`,
      advice: 'Memory grows over long runs and sums round otherwise. Unset it, or set 0.',
    });
  if (gpus > 0 && environment['TF_FORCE_GPU_ALLOW_GROWTH'] === 'false')
    findings.push({
      what,
      state: 'wrong',
      found: 'TF_FORCE_GPU_ALLOW_GROWTH is false',
      advice: 'The first rank takes all memory of the GPU. Unset it.',
    });
  if (gpus > 1 && environment['CUDA_VISIBLE_DEVICES'] === undefined)
    findings.push({
      what,
      state: 'wrong',
      found: `${String(gpus)} GPUs and no CUDA_VISIBLE_DEVICES`,
      advice: 'The addon takes the last GPU that is listed. Name one: CUDA_VISIBLE_DEVICES=0.',
    });
  if (gpus > 0 && environment['NVIDIA_TF32_OVERRIDE'] === '1')
    findings.push({
      what,
      state: 'wrong',
      found: 'NVIDIA_TF32_OVERRIDE is 1',
      advice: 'Products are rounded to 10 bits (TF32), and results differ from those of other backends by 1e-3. Unset it, or set 0.',
    });
  if (findings.length > 0) return findings;
  const nothing = 'nothing is set that would slow training down or change its numbers';
  return [{ what, state: 'fine', found: gpus === 0 ? nothing : `${nothing}; training takes memory of the GPU as needed, TF32 off` }];
}

/** Whether a version such as `525.105.17` is older than another, number by number. */
export function isOlder(version: string, than: string): boolean {
  const own = version.split('.').map(Number);
  for (const [place, number] of than.split('.').map(Number).entries()) {
    // A number that is not written is 0: 12 is 12.0.
    const difference = (own[place] ?? 0) - number;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** What a program prints; absent where it is not there or fails. */
function outputOf(command: string, parameters: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, parameters, (error, output) => resolve(error === null ? output : undefined));
  });
}
