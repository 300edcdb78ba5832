import { escapeHtml } from './escape-html.ts';
import type { BenchmarkResult } from './result.ts';

type Turn = NonNullable<BenchmarkResult['items'][number]['turns']>[number];

/** The turns of a response before its last one, which is the response: calls, what tools showed, and why they refused. `draw` makes HTML of an image. */
export async function turnsHtml(turns: readonly Turn[], draw: (path: string) => Promise<string>): Promise<string> {
  const before = turns.slice(0, -1);
  if (before.length === 0) return '<dt>turns before it</dt><dd>It called no tool.</dd>';
  const shown = await Promise.all(before.map((turn) => turnHtml(turn, draw)));
  return `<dt>turns before it</dt><dd>${shown.join('')}</dd>`;
}

async function turnHtml({ role, text, images = [] }: Turn, draw: (path: string) => Promise<string>): Promise<string> {
  const refused = role === 'tool' && text.includes('\nError: ');
  const pictures = await Promise.all(images.map(draw));
  return `<div class="turn"><pre${refused ? ' class="refused"' : ''}>${escapeHtml(text.trim())}</pre>${pictures.join('')}</div>`;
}
