/**
 * The one HTML file of an evaluated benchmark: its numbers, what was left out, and its failures with image, boxes, response and reason. It needs no other file
 * and no network, and every text of a model or a data file is escaped.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OrstaError } from '../errors.ts';
import type { Benchmark, GroupScore, JudgedBox, QuestionImage } from './contract.ts';
import { escapeHtml } from './escape-html.ts';
import { turnsHtml } from './turns-html.ts';
import { callsText } from '../evaluation/tool-counts.ts';
import type { BenchmarkResult } from './result.ts';

/** Failures that are shown; all are in the JSON. */
const MOST_FAILURES = 100;
const MOST_TEXT = 1500;

/**
 * The page. Images are read again from the data, for the failures alone; one that cannot be read is said to be missing. `folder` is that of the result,
 * which the images that tools showed are in.
 */
export async function reportHtml(result: BenchmarkResult, benchmark: Benchmark, folder: string): Promise<string> {
  const failures = result.items.filter(({ score }) => score !== null && score < 1);
  const shown = failures.slice(0, MOST_FAILURES);
  const images = await imagesOf(benchmark, result.data, new Set(shown.map(({ id }) => id)));
  const cards = await Promise.all(shown.map((item) => failureHtml(item, images.get(item.id) ?? [], folder)));
  const title = escapeHtml(`${result.title}: ${result.model}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1>
${factsHtml(result)}
${Object.entries(result.groups).map(groupHtml).join('\n')}
${leftOutHtml(result)}
<h2>Failures</h2>
<p>${String(failures.length)} of ${String(result.items.length)} questions have less than the full score${failures.length > shown.length ? `; the first ${String(shown.length)} are below, all are in the JSON file` : ''}. Green boxes are right, magenta ones were answered.</p>
${cards.join('\n')}
</body></html>
`;
}

const STYLE = `body{font:14px/1.4 system-ui,sans-serif;margin:2rem auto;padding:0 1rem;max-width:70rem;color:#222}table{border-collapse:collapse;margin:.5rem 0}
td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}
article{border-top:1px solid #ddd;padding:.8rem 0;display:flex;gap:1rem;align-items:flex-start}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f5f5f5;padding:.4rem;margin:.2rem 0}
article>svg{flex:none;max-width:45%;height:auto}article>div{flex:1;min-width:0}dt{color:#666}dd{margin:0 0 .3rem}details summary{cursor:pointer}
.turn svg{display:block;max-width:100%;height:auto;margin:.2rem 0}pre.refused{border-left:3px solid #c62828}`;

function percent(score: number | null): string {
  return score === null ? 'none' : (100 * score).toFixed(2);
}

function factsHtml(result: BenchmarkResult): string {
  const { interval, attempts, usage } = result;
  const rows: [string, string][] = [
    [
      result.measure,
      `${percent(result.score)}${interval === null ? '' : ` (95 %: ${percent(interval.low)} to ${percent(interval.high)})`}`,
    ],
    ['questions', String(result.questions)],
    ['rules', `${result.rules}: ${result.source}`],
    ['prompt', result.prompt],
    ...(result.tools === undefined ? [] : [['tools', JSON.stringify(result.tools)] as [string, string]]),
    ['data', result.data],
    ...Object.entries(result.metrics).map(([name, value]): [string, string] => [name, String(Number(value.toFixed(4)))]),
  ];
  if (attempts !== null) {
    rows.push(['mean over attempts', percent(attempts.average)], ['self-consistency', percent(attempts.self_consistency)]);
    rows.push(...Object.entries(attempts.pass_at).map(([k, value]): [string, string] => [`pass@${k}`, percent(value)]));
  }
  if (usage !== null) {
    const calls = callsText(usage);
    rows.push(
      ['tokens', `${String(usage.prompt_tokens)} in, ${String(usage.completion_tokens)} out`],
      ['seconds', usage.seconds.toFixed(1)],
      ...(calls === undefined ? [] : [['tool calls', calls] as [string, string]]),
    );
  }
  return `<table>${rows.map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`).join('')}</table>`;
}

function groupHtml([name, groups]: [string, Readonly<Record<string, GroupScore>>]): string {
  const rows = Object.entries(groups).map(
    ([value, { count, score }]) =>
      `<tr><td>${escapeHtml(value)}</td><td class="n">${String(count)}</td><td class="n">${percent(score)}</td></tr>`,
  );
  return `<details><summary>By ${escapeHtml(name)} (${String(rows.length)})</summary><table>${rows.join('')}</table></details>`;
}

function leftOutHtml({ left_out }: BenchmarkResult): string {
  if (left_out.length === 0) return '';
  const rows = left_out.map(({ reason, count }) => `<tr><td class="n">${String(count)}</td><td>${escapeHtml(reason)}</td></tr>`);
  return `<h2>In no mean</h2><table>${rows.join('')}</table>`;
}

async function failureHtml(item: BenchmarkResult['items'][number], images: readonly QuestionImage[], folder: string): Promise<string> {
  const [first] = images;
  const picture = first === undefined ? '' : await pictureHtml(first, item.boxes ?? []);
  const rows: [string, string][] = [
    ['expected', item.expected],
    ['answer', item.answer],
    ...(item.why === undefined ? [] : [['why', item.why] as [string, string]]),
    ['response', item.response],
  ];
  const turns = item.turns === undefined ? '' : await turnsHtml(item.turns, (path) => pictureHtml({ path: join(folder, path) }, []));
  const texts = rows.map(([name, text]) => `<dt>${name}</dt><dd><pre>${escapeHtml(cut(text))}</pre></dd>`).join('') + turns;
  return `<article>${picture}<div><strong>${escapeHtml(item.id)}</strong>, score ${String(Number((item.score ?? 0).toFixed(4)))}<dl>${texts}</dl></div></article>`;
}

async function pictureHtml(image: QuestionImage, boxes: readonly JudgedBox[]): Promise<string> {
  const missing = '<p>The image could not be read.</p>';
  if ('path' in image && !existsSync(image.path)) return missing;
  const { failurePicture } = await import('./failure-picture.ts');
  return failurePicture(image, boxes).catch(() => missing);
}

function cut(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)} ... (${String(text.length)} characters)` : text;
}

async function imagesOf(benchmark: Benchmark, data: string, ids: ReadonlySet<string>): Promise<Map<string, readonly QuestionImage[]>> {
  const found = new Map<string, readonly QuestionImage[]>();
  if (ids.size === 0) return found;
  try {
    for await (const question of benchmark.read(data, { images: true })) {
      if (ids.has(question.id)) found.set(question.id, question.images);
      if (found.size === ids.size) break;
    }
  } catch (error) {
    // Scores need no images: a file of answers alone has none, and its failures are shown without.
    if (!(error instanceof OrstaError)) throw error;
  }
  return found;
}
