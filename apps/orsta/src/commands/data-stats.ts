import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { truthText } from '@vtriune/format';
import sharp from 'sharp';
import type { CommandContext } from '../context.ts';
import { expandFiles } from '../data/expand-files.ts';
import type { LocatedSample } from '../data/file-source.ts';
import { measureSet, type SetMeasures } from '../data/measure-set.ts';
import { statsPage, type Thumbnail } from '../data/stats-page.ts';
import { OrstaError } from '../errors.ts';

/** Options of `orsta data stats`. */
export interface StatsCommandOptions {
  readonly json?: boolean;
  readonly html?: string;
}

const THUMBNAILS = 48;

/** Counts and measures files of samples; prints text or JSON, and writes a page where one is asked for. */
export async function statsCommand(given: readonly string[], { json, html }: StatsCommandOptions, context: CommandContext): Promise<void> {
  const files = (await Promise.all(given.map((pattern) => expandFiles(pattern, context.cwd)))).flat();
  const shown = createSelection<LocatedSample>(THUMBNAILS);
  const measures = await measureSet(files, shown.offer);
  if (measures.samples === 0) throw new OrstaError('invalid_data', `${given.join(', ')} has no samples. Give files with at least one.`);
  if (html !== undefined) {
    const thumbnails = await Promise.all(shown.chosen().map(thumbnailOf));
    await writeFile(resolve(context.cwd, html), statsPage(given.join(', '), measures, thumbnails));
  }
  context.output(json === true ? `${JSON.stringify(measures, undefined, 2)}\n` : statsText(measures));
}

/** Keeps about so many of what it is offered, evenly spread, without knowing how many will come: every n-th, n doubling. */
function createSelection<T>(limit: number): { offer: (item: T, index: number) => void; chosen: () => readonly T[] } {
  let every = 1;
  let kept: T[] = [];
  return {
    offer: (item, index) => {
      if (index % every !== 0) return;
      if (kept.length === limit) {
        kept = kept.filter((_, place) => place % 2 === 0);
        every *= 2;
        if (index % every !== 0) return;
      }
      kept.push(item);
    },
    chosen: () => kept,
  };
}

async function thumbnailOf({ sample, file }: LocatedSample): Promise<Thumbnail> {
  const [image] = sample.images;
  const source = image === undefined ? undefined : (image.bytes ?? resolve(dirname(file), String(image.path)));
  const png =
    source === undefined
      ? undefined
      : await sharp(source)
          .resize(200, 200, { fit: 'inside', withoutEnlargement: true })
          .png()
          .toBuffer()
          .catch(() => undefined);
  return {
    image: png === undefined ? '' : `data:image/png;base64,${png.toString('base64')}`,
    id: sample.extra_info.id,
    question: cut(sample.prompt.map(({ content }) => content).join('\n')),
    answer: cut(truthText(sample.reward_model.ground_truth)),
  };
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

function statsText({ samples, images, unreadableImages, bySource, byVerifier, byAbility, distributions }: SetMeasures): string {
  const part = (head: string, rows: readonly (readonly [string, number])[]): string =>
    `\n${head}\n${rows.map(([name, count]) => `${count.toLocaleString('en').padStart(12)}  ${name}`).join('\n')}\n`;
  const histograms = distributions
    .filter(({ bins }) => bins.some(({ count }) => count > 0))
    .map(({ name, bins }) =>
      part(
        name,
        bins.map(({ from, to, count }) => [to === null ? `${String(from)} and more` : `${String(from)} up to ${String(to)}`, count]),
      ),
    );
  const unread = unreadableImages === 0 ? '' : `, ${String(unreadableImages)} of them cannot be read`;
  return [
    `${samples.toLocaleString('en')} samples, ${images.toLocaleString('en')} images${unread}\n`,
    part('source', Object.entries(bySource)),
    part('verifier', Object.entries(byVerifier)),
    part('ability', Object.entries(byAbility)),
    ...histograms,
  ].join('');
}
