// Which verifier scores a source, and which task it belongs to: for filters. Both are looked up in the first and last steps of rollouts
// and in a stored evaluation, where there is one; a source that is not found there has none.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readStep } from './read-rollouts.ts';
import type { RunData } from './run-data.ts';
import type { SourceFacts } from './wire.ts';

const LARGEST_EVALUATION = 64 * 2 ** 20;

/** Facts by source. */
export async function sourceFacts(run: RunData): Promise<Record<string, SourceFacts>> {
  const steps = run.rollouts.steps().map(({ step }) => step);
  const looked = [...new Set([...steps.slice(0, 2), ...steps.slice(-1)])];
  const facts = new Map<string, { verifier?: string; task?: string }>();
  const of = (source: string): { verifier?: string; task?: string } => {
    const known = facts.get(source) ?? {};
    facts.set(source, known);
    return known;
  };
  for (const step of looked) for (const { source, result } of await readStep(run, step)) of(source).verifier = result.verifier;
  for (const { source, task } of await evaluatedSamples(run.folder)) of(source).task = task;
  return Object.fromEntries(facts);
}

/** The samples of the first evaluation that `orsta train` has stored. */
async function evaluatedSamples(folder: string): Promise<{ source: string; task: string }[]> {
  const place = join(folder, 'evaluations');
  const [first] = (await readdir(place).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  if (first === undefined) return [];
  try {
    const path = join(place, first);
    if ((await stat(path)).size > LARGEST_EVALUATION) return [];
    const { samples } = JSON.parse(await readFile(path, 'utf8')) as { samples?: unknown };
    return Array.isArray(samples) ? samples.filter(isEvaluated) : [];
  } catch {
    // An evaluation that is being replaced, or not ours: the page then has no filter by task.
    return [];
  }
}

function isEvaluated(value: unknown): value is { source: string; task: string } {
  const { source, task } = (value ?? {}) as { source?: unknown; task?: unknown };
  return typeof source === 'string' && typeof task === 'string';
}
