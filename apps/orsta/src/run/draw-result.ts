import { join } from 'node:path';
import { at } from '@vtriune/format/at';
import type { HeldOut } from '../evaluation/held-out.ts';
import { writeResultPicture, type PictureExample } from '../report/result-picture.ts';
import { readRunRecords } from '../report/run-records.ts';
import { suite } from '../suite/index.ts';
import type { DetailedEvaluation } from './evaluations.ts';
import type { Run } from './run.ts';
import { OrstaError } from '../errors.ts';

const EXAMPLES = 4;
/** Their answers are boxes, which a picture shows best. */
const SHOWN_FIRST = ['grounding', 'detection'];

/** Draws `result.png` of a finished run and returns its path. */
export async function drawResult(
  { folder, recipe, prepared }: Pick<Run, 'folder' | 'recipe' | 'prepared'>,
  { before, after }: { before?: DetailedEvaluation; after: DetailedEvaluation },
): Promise<string> {
  const path = join(folder.root, 'result.png');
  const tasks = new Map([
    ...suite.flatMap(({ name, sources }) => sources.map((source): [string, string] => [source, name])),
    ...after.samples.map(({ source, task }): [string, string] => [source, task]),
  ]);
  const records = await readRunRecords(join(folder.root, 'rollouts.jsonl'), {
    taskOf: (source) => tasks.get(source) ?? source,
    lastStep: after.step,
  });
  const ids = exampleIds(after);
  const items = await Promise.all(ids.map((id) => findItem(prepared.heldOut, id)));
  const examples = items.map((item): PictureExample => {
    const [image] = item.sample.images;
    const stored = image === undefined ? undefined : prepared.reward.images.storedSize(image);
    return { item, storedWidth: stored?.width ?? at(item.images, 0).width };
  });
  await writeResultPicture(path, {
    title: `${recipe.name}: ${String(after.step)} steps`,
    ...(before === undefined ? {} : { before: before.summary }),
    after: after.summary,
    records,
    examples,
  });
  return path;
}

/** The first sample of each task, box tasks first, then the second of each, ...: chosen before anyone knows how it was answered. */
function exampleIds({ samples }: DetailedEvaluation): string[] {
  const ranked = samples.map(({ id, task }, index) => {
    const turn = samples.slice(0, index).filter((other) => other.task === task).length;
    return { id, turn, rank: SHOWN_FIRST.includes(task) ? SHOWN_FIRST.indexOf(task) : SHOWN_FIRST.length };
  });
  return ranked
    .sort((a, b) => a.turn - b.turn || a.rank - b.rank)
    .slice(0, EXAMPLES)
    .map(({ id }) => id);
}

async function findItem(heldOut: HeldOut, id: string): Promise<Awaited<ReturnType<HeldOut['at']>>> {
  for (let index = 0; index < heldOut.count; index++) {
    const item = await heldOut.at(index);
    if (item.sample.extra_info.id === id) return item;
  }
  throw new OrstaError('invalid_run', `The evaluated sample ${id} is not among the held-out ones; they have changed since the evaluation.`);
}
