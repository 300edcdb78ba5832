import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { toSampleJson } from '@vtriune/format';
import type { CommandContext } from '../context.ts';
import { movedImage } from '../data/moved-image.ts';
import { validateFile, type ValidateProgress } from '../data/validate-file.ts';
import { OrstaError } from '../errors.ts';
import { createProgressBar } from '../report/progress-bar.ts';
import { loadRegistry } from '../reward/reward.ts';

/** Options of `orsta data validate`. */
export interface ValidateCommandOptions {
  readonly plugins?: readonly string[];
  readonly fix?: string;
}

/** Checks every sample of a file and scores its own gold answer. Throws `invalid_data` where one is wrong. */
export async function validateCommand(file: string, { plugins = [], fix }: ValidateCommandOptions, context: CommandContext): Promise<void> {
  const path = resolve(context.cwd, file);
  const registry = await loadRegistry(plugins, context.cwd);
  const started = performance.now();
  const bar = createProgressBar({ terminal: context.terminal, write: context.notice });
  const shown = ({ samples, wrong, done }: ValidateProgress) => ({
    done,
    text: `${samples.toLocaleString('en')} records, ${Math.round((samples * 1000) / (performance.now() - started)).toLocaleString('en')}/s, ${wrong.toLocaleString('en')} wrong`,
  });
  const target = fix === undefined ? undefined : await openTarget(resolve(context.cwd, fix), path);
  const { samples, wrong, mended, kinds } = await validateFile(path, {
    registry,
    report: (problem) => {
      bar.end();
      context.output(`${problem}\n`);
    },
    onProgress: (progress) => bar.show(() => shown(progress)),
    ...(target === undefined ? {} : { onSample: target.write }),
  }).finally(() => target?.close());
  bar.end();
  if (samples === 0)
    throw new OrstaError('invalid_data', `${file} has no samples. Give a file with one JSON object a line, or Parquet with rows.`);
  if (fix !== undefined) {
    const out = wrong > mended ? `, ${String(wrong - mended)} are left out` : '';
    context.output(
      `${String(samples - wrong + mended)} samples in ${fix}: ${String(samples - wrong)} were right, ${String(mended)} mended${out}\n`,
    );
  }
  if (wrong === 0) context.output(`${String(samples)} samples are valid; every gold answer scores 1\n`);
  if (wrong > mended) throw new OrstaError('invalid_data', wrongText({ file, samples, wrong, mended, kinds }));
}

function wrongText(found: {
  file: string;
  samples: number;
  wrong: number;
  mended: number;
  kinds: Readonly<Record<string, number>>;
}): string {
  const { file, samples, wrong, mended, kinds } = found;
  const counts = Object.entries(kinds).map(([kind, count]) => `${kind} ${String(count)}`);
  const left = mended === 0 ? '' : `, ${String(mended)} of them could be mended`;
  return `${String(wrong)} of ${String(samples)} samples of ${file} are wrong (${counts.join(', ')})${left}. Correct those listed above.`;
}

async function openTarget(out: string, from: string) {
  if (out === from) throw new OrstaError('usage', `${out} is read and written. Give --fix another file.`);
  if (!out.endsWith('.jsonl'))
    throw new OrstaError('usage', `--fix writes JSON lines. Give it a name that ends with .jsonl instead of ${out}.`);
  await mkdir(dirname(out), { recursive: true });
  const file = await open(out, 'w');
  return {
    write: async (sample: Parameters<typeof toSampleJson>[0]): Promise<void> => {
      const images = sample.images.map((image) => movedImage(image, { file: from, out }));
      await file.appendFile(`${JSON.stringify(toSampleJson({ ...sample, images }))}\n`);
    },
    close: () => file.close(),
  };
}
