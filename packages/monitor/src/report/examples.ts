// Rollouts to look at: one held-out sample a source, with what the model said at the first and at the last evaluation. They are taken
// in the order of the file, before anyone knows how they were answered.
import { imageSize } from './image-size.ts';
import { readRunImage } from '../dashboard/run-image.ts';
import type { RolloutRecord } from '../record.ts';
import type { HeldOutStep } from './held-out.ts';
import { html, type Markup } from './markup.ts';

const MOST_EXAMPLES = 24;
const SIDE = 200;

/** Cards with examples. */
export async function exampleCards(folder: string, { first, last }: { first?: HeldOutStep; last?: HeldOutStep }): Promise<Markup[]> {
  if (last === undefined) return [];
  const seen = new Set<string>();
  const chosen = last.records.filter(({ source }) => seen.size < MOST_EXAMPLES && !seen.has(source) && seen.add(source));
  const before = new Map((first?.records ?? []).map((record) => [record.sample, record]));
  return Promise.all(
    chosen.map(async (record) =>
      card({ record, before: before.get(record.sample), image: await imageOf(folder, record), steps: [first?.step, last.step] }),
    ),
  );
}

interface Example {
  readonly record: RolloutRecord;
  readonly before: RolloutRecord | undefined;
  readonly image: Markup;
  readonly steps: readonly [number | undefined, number];
}

function card({ record, before, image, steps }: Example): Markup {
  return html`<article class="example">
    ${image}
    <p class="faint">${record.source}</p>
    <p>${record.prompt.replaceAll('<image>', '').trim()}</p>
    ${before === undefined ? undefined : said(before, `step ${steps[0] ?? ''}`)} ${said(record, `step ${steps[1]}`)}
  </article>`;
}

function said({ response, result }: RolloutRecord, when: string): Markup {
  const reward = result.status === 'scored' ? result.reward.toFixed(2) : `failed: ${result.error.code}`;
  return html`<p class="said">
    <b>${when}</b> <b class="reward">${reward}</b> <code>${response.length > 400 ? `${response.slice(0, 400)}…` : response}</code>
  </p>`;
}

async function imageOf(folder: string, { images, boxes = [] }: RolloutRecord): Promise<Markup> {
  const path = images?.[0];
  const file = path === undefined ? undefined : await readRunImage(folder, path);
  const size = file === undefined ? undefined : imageSize(file.bytes);
  if (file === undefined || size === undefined) return html``;
  const data = `data:${file.type};base64,${Buffer.from(file.bytes).toString('base64')}`;
  const scale = SIDE / Math.max(size.width, size.height);
  const shown = boxes
    .filter(({ image = 0 }) => image === 0)
    .map(({ bbox_2d: [x1 = 0, y1 = 0, x2 = 0, y2 = 0], kind }) => {
      const place = html`x="${Math.min(x1, x2)}" y="${Math.min(y1, y2)}" width="${Math.abs(x2 - x1)}" height="${Math.abs(y2 - y1)}"
      fill="none" vector-effect="non-scaling-stroke"`;
      return html`<rect ${place} stroke="#fff" stroke-width="4" stroke-opacity=".7" /><rect
          ${place}
          stroke="${kind === 'ground_truth' ? '#0a9d6a' : '#e6308a'}"
          stroke-width="2"
        />`;
    });
  return html`<svg
    class="image"
    viewBox="0 0 ${size.width} ${size.height}"
    width="${Math.round(size.width * scale)}"
    height="${Math.round(size.height * scale)}"
    role="img"
    aria-label="The sample's image with true boxes in green and predicted ones in pink"
  >
    <image href="${data}" width="${size.width}" height="${size.height}" style="image-rendering: pixelated" />
    ${shown}
  </svg>`;
}
