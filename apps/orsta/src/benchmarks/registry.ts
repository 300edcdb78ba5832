/** The benchmarks by name. Each is loaded when it is asked for, so that scoring short answers does not load what reads tables or boxes. */
import { pathToFileURL } from 'node:url';
import { OrstaError } from '../errors.ts';
import type { Benchmark } from './contract.ts';
import { isRecord } from '../is-record.ts';

const OWN: ReadonlyMap<string, () => Promise<Benchmark>> = new Map(
  Object.entries({
    'mega-bench': async () => (await import('./mega-bench/mega-bench.ts')).megaBench,
    mmmu: async () => (await import('./mmmu/mmmu.ts')).mmmu,
    mathvista: async () => (await import('./mathvista/mathvista.ts')).mathvista,
    coco: async () => (await import('./detection/benchmarks.ts')).coco,
    countbench: async () => (await import('./countbench/countbench.ts')).countbench,
    ovdeval: async () => (await import('./detection/benchmarks.ts')).ovdeval,
    ocrbench: async () => (await import('./ocrbench/ocrbench.ts')).ocrbench,
    'ocrbench-v2': async () => (await import('./ocrbench-v2/ocrbench-v2.ts')).ocrbenchV2,
    'screenspot-pro': async () => (await import('./screenspot-pro/screenspot-pro.ts')).screenspotPro,
  }),
);

/** Names of the benchmarks that come with the program. */
export const BENCHMARK_NAMES: readonly string[] = [...OWN.keys()];

/** All that come with the program. */
export function ownBenchmarks(): Promise<Benchmark[]> {
  return Promise.all([...OWN.values()].map((load) => load()));
}

/**
 * The benchmark of a name, from the program or one of the named packages. Throws `usage` for a name that none has, and where a package has no
 * benchmark or two have one name.
 */
export async function loadBenchmark(name: string, plugins: readonly string[], cwd: string): Promise<Benchmark> {
  const foreign = new Map<string, Benchmark>();
  for (const plugin of plugins)
    for (const benchmark of await benchmarksOfPackage(plugin, cwd)) {
      if (OWN.has(benchmark.name) || foreign.has(benchmark.name))
        throw new OrstaError(
          'usage',
          `The package ${plugin} has a benchmark ${benchmark.name}, and so has another. Remove one of the two.`,
        );
      foreign.set(benchmark.name, benchmark);
    }
  const found = foreign.get(name) ?? (await OWN.get(name)?.());
  if (found !== undefined) return found;
  throw new OrstaError('usage', `There is no benchmark ${name}. There are: ${[...BENCHMARK_NAMES, ...foreign.keys()].join(', ')}.`);
}

async function benchmarksOfPackage(name: string, cwd: string): Promise<Benchmark[]> {
  const { resolvePlugin } = await import('@vtriune/verifiers');
  return benchmarksOf(name, await import(pathToFileURL(resolvePlugin(name, { resolveFrom: cwd })).href));
}

function benchmarksOf(name: string, module: unknown): Benchmark[] {
  const plugin = isRecord(module) ? module['default'] : undefined;
  const list = isRecord(plugin) ? plugin['benchmarks'] : undefined;
  if (!Array.isArray(list) || list.length === 0)
    throw new OrstaError(
      'usage',
      `The package ${name} has no benchmarks. It must default-export { meta: { name, version }, benchmarks: [...] }.`,
    );
  return list.map((value: unknown, index) => {
    if (isBenchmark(value)) return value;
    throw new OrstaError(
      'usage',
      `benchmarks[${String(index)}] of the package ${name} is no benchmark: it needs name, title, sources, prompts, layout, read() and scorer().`,
    );
  });
}

function isBenchmark(value: unknown): value is Benchmark {
  if (!isRecord(value)) return false;
  const texts = ['name', 'title', 'layout'].every((field) => typeof value[field] === 'string');
  const calls = ['read', 'scorer'].every((field) => typeof value[field] === 'function');
  return texts && calls && isRecord(value['sources']) && Array.isArray(value['prompts']) && value['prompts'].length > 0;
}
