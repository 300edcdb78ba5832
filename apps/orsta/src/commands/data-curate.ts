import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { curate, curationSettings, makeFilters, PAPER_CURATION, type CurateReport, type Curation } from '@vtriune/format/curate';
import type { CommandContext } from '../context.ts';
import { curationItems, fingerprintsIn, readRewards, type LocatedItem } from '../data/curate-files.ts';
import { expandFiles } from '../data/expand-files.ts';
import { writeSet } from '../data/write-set.ts';
import { OrstaError } from '../errors.ts';
import { loadYaml } from '../recipe/load-yaml.ts';
import { loadRegistry } from '../reward/reward.ts';

/** Options of `orsta data curate`. */
export interface CurateCommandOptions {
  readonly out: string;
  readonly config?: string;
  readonly rollouts?: string;
  readonly against?: readonly string[];
  readonly report?: string;
  readonly plugins?: readonly string[];
}

/** Filters files of samples into one file and prints what each filter removed. */
export async function curateCommand(given: readonly string[], options: CurateCommandOptions, context: CommandContext): Promise<void> {
  const all = async (patterns: readonly string[]): Promise<string[]> =>
    (await Promise.all(patterns.map((pattern) => expandFiles(pattern, context.cwd)))).flat();
  const files = await all(given);
  const out = resolve(context.cwd, options.out);
  if (files.includes(out)) throw new OrstaError('usage', `${options.out} is read and written. Give another --out.`);
  const curation = await curationOf(options, context.cwd);
  const filters = (): ReturnType<typeof makeFilters> => makeFilters(curation, inputs);
  const inputs = {
    ...(options.rollouts === undefined ? {} : { rewards: await readRewards(resolve(context.cwd, options.rollouts)) }),
    ...(options.against === undefined ? {} : { others: await fingerprintsIn(await all(options.against)) }),
  };
  const registry = await loadRegistry(options.plugins ?? [], context.cwd);
  const items = curationItems(files, { curation, registry });
  let report: CurateReport | undefined;
  await writeSet(out, async function* () {
    const run = curate(items, filters());
    for await (const item of run.kept) yield item as LocatedItem;
    report = run.report();
  });
  if (report === undefined) throw new OrstaError('invalid_data', `${options.out} was not written to its end. Run the command again.`);
  if (options.report !== undefined) await writeFile(resolve(context.cwd, options.report), `${JSON.stringify(report, undefined, 2)}\n`);
  context.output(reportText(report, options.out));
}

/** The file's filters, or the paper's; a further file switches on the filter that reads it. */
async function curationOf({ config, rollouts, against }: CurateCommandOptions, cwd: string): Promise<Curation> {
  const base = config === undefined ? PAPER_CURATION : (await loadYaml(curationSettings, [config], { cwd })).value;
  return curationSettings.parse({
    ...base,
    ...(rollouts !== undefined && base.difficulty === undefined ? { difficulty: {} } : {}),
    ...(against !== undefined && base.overlap === undefined ? { overlap: {} } : {}),
  });
}

function reportText({ read, kept, removals }: CurateReport, out: string): string {
  const rows = removals.flatMap(({ filter, removed, reasons, examples }) => [
    `${filter.padEnd(16)} ${String(removed).padStart(9)}${examples.length === 0 ? '' : `   such as ${examples.join(', ')}`}`,
    ...Object.entries(reasons).map(([reason, count]) => `  ${String(count).padStart(24)}   ${reason}`),
  ]);
  return `${String(read)} samples read\n${rows.join('\n')}\n${String(kept)} samples in ${out}\n`;
}
