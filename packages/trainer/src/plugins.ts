/**
 * Objectives, advantage estimators, selectors of prompts and tools by name: those of this package and those of other packages. A plug-in module
 * default-exports `{ meta: { name, version }, objectives: [...], advantages: [...], selectors: [...], tools: [...] }`; every rank imports it for itself,
 * since functions do not cross threads.
 */
import type { AdvantageEstimator } from './advantages/advantage.ts';
import { ADVANTAGES } from './advantages/built-in.ts';
import { TrainerError } from './errors.ts';
import { OBJECTIVES } from './objectives/built-in.ts';
import type { Objective } from './objectives/objective.ts';
import { SELECTORS } from './selection/built-in.ts';
import type { PromptSelector } from './selection/selection.ts';
import { TOOLS } from './tools/built-in.ts';
import type { Tool } from './tools/tool.ts';

/** What a plug-in module default-exports; each list may be absent, and it may hold things of other packages beside them. */
export interface TrainerPlugin {
  readonly meta: { readonly name: string; readonly version: string };
  readonly objectives?: readonly Objective[];
  readonly advantages?: readonly AdvantageEstimator[];
  readonly selectors?: readonly PromptSelector[];
  readonly tools?: readonly Tool[];
}

/** What a run can name. */
export interface Algorithms {
  readonly objectives: ReadonlyMap<string, Objective>;
  readonly advantages: ReadonlyMap<string, AdvantageEstimator>;
  readonly selectors: ReadonlyMap<string, PromptSelector>;
  readonly tools: ReadonlyMap<string, Tool>;
}

/** The built-in objectives, estimators, selectors and tools with those of plug-ins. Throws `invalid_plugin` where two have one name. */
export function algorithms(plugins: readonly TrainerPlugin[] = []): Algorithms {
  return {
    objectives: byName('objective', [...OBJECTIVES, ...plugins.flatMap(({ objectives = [] }) => objectives)]),
    advantages: byName('advantage estimator', [...ADVANTAGES, ...plugins.flatMap(({ advantages = [] }) => advantages)]),
    selectors: byName('selector', [...SELECTORS, ...plugins.flatMap(({ selectors = [] }) => selectors)]),
    tools: byName('tool', [...TOOLS, ...plugins.flatMap(({ tools = [] }) => tools)]),
  };
}

/** Imports plug-in modules by URL. Throws `invalid_plugin` where one cannot be imported or has another shape. */
export async function importTrainerPlugins(urls: readonly string[]): Promise<TrainerPlugin[]> {
  return Promise.all(urls.map(importOne));
}

/** The entry of a name. Throws `invalid_config` with the names there are. */
export function algorithmNamed<T>(kind: string, known: ReadonlyMap<string, T>, name: string): T {
  const found = known.get(name);
  if (found !== undefined) return found;
  throw new TrainerError(
    'invalid_config',
    `There is no ${kind} "${name}"; known are ${[...known.keys()].join(', ')}. Correct the name, or list the package that has it under "plugins".`,
  );
}

function byName<T extends { readonly name: string }>(kind: string, items: readonly T[]): Map<string, T> {
  const named = new Map<string, T>();
  for (const item of items) {
    if (named.has(item.name))
      throw new TrainerError('invalid_plugin', `Two packages define the ${kind} "${item.name}". Rename one, or take one out of "plugins".`);
    named.set(item.name, item);
  }
  return named;
}

async function importOne(url: string): Promise<TrainerPlugin> {
  const module = (await import(url).catch((cause: unknown) => {
    throw new TrainerError('invalid_plugin', `The plug-in ${url} cannot be imported: ${String(cause)}. Install it, or correct its path.`, {
      cause,
    });
  })) as { default?: unknown };
  const plugin = module.default;
  if (isPlugin(plugin)) return plugin;
  throw new TrainerError(
    'invalid_plugin',
    `The plug-in ${url} must default-export { meta: { name, version }, objectives?: [defineObjective(...)], advantages?: [defineAdvantage(...)], selectors?: [defineSelection(...)], tools?: [defineTool(...)] }.`,
  );
}

function isPlugin(value: unknown): value is TrainerPlugin {
  if (!isRecord(value) || !isRecord(value['meta'])) return false;
  const { objectives = [], advantages = [], selectors = [], tools = [] } = value;
  const usable = (list: unknown, method: string): boolean =>
    Array.isArray(list) &&
    list.every((item: unknown) => isRecord(item) && typeof item['name'] === 'string' && typeof item[method] === 'function');
  return usable(objectives, 'loss') && usable(advantages, 'estimate') && usable(selectors, 'choose') && usable(tools, 'run');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
