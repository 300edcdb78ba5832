import { pathToFileURL } from 'node:url';
import { resolvePlugin } from '@vtriune/verifiers';
import { OrstaError } from '../errors.ts';
import type { Benchmark } from './contract.ts';
import { isRecord } from '../is-record.ts';
import { countbench } from './countbench/countbench.ts';
import { coco, ovdeval } from './detection/benchmarks.ts';
import { mathvista } from './mathvista/mathvista.ts';
import { megaBench } from './mega-bench/mega-bench.ts';
import { mmmu } from './mmmu/mmmu.ts';
import { ocrbench } from './ocrbench/ocrbench.ts';
import { ocrbenchV2 } from './ocrbench-v2/ocrbench-v2.ts';
import { screenspotPro } from './screenspot-pro/screenspot-pro.ts';

/** The benchmarks that come with the program. */
export const BENCHMARKS: readonly Benchmark[] = [
  megaBench,
  mmmu,
  mathvista,
  coco,
  countbench,
  ovdeval,
  ocrbench,
  ocrbenchV2,
  screenspotPro,
];

/** Those, and the ones of the named packages. Throws `usage` where a package has none or two have one name. */
export async function loadBenchmarks(plugins: readonly string[], cwd: string): Promise<Benchmark[]> {
  const benchmarks = [...BENCHMARKS];
  for (const name of plugins) {
    const module: unknown = await import(pathToFileURL(resolvePlugin(name, { resolveFrom: cwd })).href);
    for (const benchmark of benchmarksOf(name, module)) {
      if (benchmarks.some((other) => other.name === benchmark.name))
        throw new OrstaError('usage', `The package ${name} has a benchmark ${benchmark.name}, and so has another. Remove one of the two.`);
      benchmarks.push(benchmark);
    }
  }
  return benchmarks;
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

/** The benchmark of a name. Throws `usage` and lists the names. */
export function findBenchmark(name: string, benchmarks: readonly Benchmark[]): Benchmark {
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found !== undefined) return found;
  throw new OrstaError('usage', `There is no benchmark ${name}. There are: ${benchmarks.map((own) => own.name).join(', ')}.`);
}
