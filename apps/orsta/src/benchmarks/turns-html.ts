import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml } from './escape-html.ts';
import type { BenchmarkResult } from './result.ts';

type Turn = NonNullable<BenchmarkResult['items'][number]['turns']>[number];

/** The turns of a response before its last one, which is the response: calls, what tools showed, and why they refused. Images are within the text. */
export async function turnsHtml(turns: readonly Turn[], folder: string): Promise<string> {
  const before = turns.slice(0, -1);
  if (before.length === 0) return '<dt>turns</dt><dd>It called no tool.</dd>';
  const shown = await Promise.all(before.map((turn) => turnHtml(turn, folder)));
  return `<dt>turns before it</dt><dd>${shown.join('')}</dd>`;
}

async function turnHtml({ role, text, images = [] }: Turn, folder: string): Promise<string> {
  const refused = role === 'tool' && text.includes('\nError: ');
  const pictures = await Promise.all(images.map((path) => imageHtml(join(folder, path))));
  return `<div class="turn"><pre${refused ? ' class="refused"' : ''}>${escapeHtml(text.trim())}</pre>${pictures.join('')}</div>`;
}

async function imageHtml(path: string): Promise<string> {
  const png = await readFile(path).catch(() => undefined);
  return png === undefined
    ? '<p>The image could not be read.</p>'
    : `<img alt="shown by a tool" src="data:image/png;base64,${png.toString('base64')}">`;
}
