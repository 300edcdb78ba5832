import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { planMix, readSamples, readTextLines, toSampleJson } from '@vtriune/format';
import { at } from '@vtriune/format/at';
import type { CommandContext } from '../context.ts';
import { expandFiles } from '../data/expand-files.ts';
import type { LocatedSample } from '../data/file-source.ts';
import { movedImage } from '../data/moved-image.ts';
import { OrstaError } from '../errors.ts';

/** Options of `orsta data mix`. */
export interface MixCommandOptions {
  readonly out: string;
  readonly total?: number;
  readonly cap?: readonly string[];
  readonly repeat?: readonly string[];
  readonly temperature: number;
  readonly seed: number;
  readonly resume?: boolean;
}

/** Mixes the sources of files into one file of JSON lines. Samples stay in memory; for files with images inside write those out first. */
export async function mixCommand(given: readonly string[], options: MixCommandOptions, context: CommandContext): Promise<void> {
  const files = (await Promise.all(given.map((pattern) => expandFiles(pattern, context.cwd)))).flat();
  const out = resolve(context.cwd, options.out);
  if (!out.endsWith('.jsonl'))
    throw new OrstaError('usage', `${options.out} is no name for JSON lines. Give --out a name that ends with .jsonl.`);
  if (files.includes(out)) throw new OrstaError('usage', `${options.out} is read and written. Give another --out.`);
  if (existsSync(out) && options.resume !== true)
    throw new OrstaError('usage', `${options.out} is there already. Go on with it by --resume, or give another --out.`);
  const sources = await readSources(files);
  const plan = planMix(Object.fromEntries([...sources].map(([source, samples]) => [source, samples.length])), {
    caps: pairs('--cap', options.cap),
    repeats: pairs('--repeat', options.repeat),
    temperature: options.temperature,
    seed: options.seed,
    ...(options.total === undefined ? {} : { total: options.total }),
  });
  const written = await completeLines(out);
  const file = await open(out, 'a');
  try {
    await file.truncate(written.bytes);
    let index = 0;
    for (const item of plan.items()) {
      index += 1;
      if (index <= written.lines) continue;
      const located = at(sources.get(item.source) ?? [], item.index);
      const images = located.sample.images.map((image) => movedImage(image, { file: located.file, out }));
      await file.appendFile(`${JSON.stringify(toSampleJson({ ...located.sample, images }))}\n`);
    }
  } finally {
    await file.close();
  }
  const rows = Object.entries(plan.counts).map(
    ([source, count]) => `${String(count).padStart(9)}  ${source} (of ${String(sources.get(source)?.length)})`,
  );
  const gone = written.lines === 0 ? '' : `, ${String(written.lines)} of them were there`;
  context.output(`${rows.join('\n')}\n${String([...plan.items()].length)} samples in ${options.out}${gone}\n`);
}

async function readSources(files: readonly string[]): Promise<Map<string, LocatedSample[]>> {
  const sources = new Map<string, LocatedSample[]>();
  for (const file of files)
    for await (const sample of readSamples(file)) {
      const before = sources.get(sample.data_source);
      if (before === undefined) sources.set(sample.data_source, [{ sample, file }]);
      else before.push({ sample, file });
    }
  return sources;
}

/** How much of an interrupted mix can be kept: its lines up to the last newline. */
async function completeLines(path: string): Promise<{ lines: number; bytes: number }> {
  if (!existsSync(path)) return { lines: 0, bytes: 0 };
  let lines = 0;
  let bytes = 0;
  for await (const text of readTextLines(path)) {
    try {
      JSON.parse(text);
    } catch {
      // The line that was being written; it is written again.
      break;
    }
    lines += 1;
    bytes += Buffer.byteLength(text) + 1;
  }
  return { lines, bytes };
}

function pairs(option: string, given: readonly string[] = []): Record<string, number> {
  return Object.fromEntries(
    given.map((text) => {
      const [, source, number] = /^(.+)=(\d+)$/.exec(text) ?? [];
      if (source === undefined) throw new OrstaError('usage', `${option} ${text} is not SOURCE=NUMBER, such as ${option} math=5000.`);
      return [source, Number(number)];
    }),
  );
}
