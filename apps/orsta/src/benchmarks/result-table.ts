import { callsText } from '../evaluation/tool-counts.ts';
import type { BenchmarkResult } from './result.ts';

const WIDTH = 40;

/** The result as plain text: the score with its interval, every metric, the small breakdowns, and what is in no mean. */
export function resultTable(result: BenchmarkResult): string {
  const { interval, attempts, usage, groups } = result;
  const lines = [
    `${result.title}, rules ${result.rules} (${result.source})`,
    `${result.model}, ${String(result.questions)} questions, prompt ${result.prompt}`,
    '',
    line(result.measure, percent(result.score), interval === null ? '' : `95 %: ${percent(interval.low)} to ${percent(interval.high)}`),
    ...Object.entries(result.metrics).map(([name, value]) => line(name, String(Number(value.toFixed(4))))),
  ];
  if (attempts !== null) {
    lines.push(
      line(`mean of ${String(attempts.attempts)} attempts`, percent(attempts.average)),
      line('self-consistency', percent(attempts.self_consistency)),
    );
    lines.push(...Object.entries(attempts.pass_at).map(([k, value]) => line(`pass@${k}`, percent(value))));
  }
  for (const [name, values] of Object.entries(groups)) {
    const entries = Object.entries(values);
    if (entries.length < 2) continue;
    lines.push('', `by ${name}`);
    if (entries.length > 40) lines.push(`  ${String(entries.length)} of them, in result.json`);
    else lines.push(...entries.map(([value, { count, score }]) => line(`  ${value}`, percent(score), `n=${String(count)}`)));
  }
  if (result.left_out.length > 0)
    lines.push('', 'in no mean', ...result.left_out.map(({ reason, count }) => `  ${String(count)}: ${reason}`));
  if (usage !== null) lines.push('', usageLine(usage));
  return `${lines.join('\n')}\n`;
}

function usageLine(usage: NonNullable<BenchmarkResult['usage']>): string {
  const cost = usage.cost === undefined ? '' : `, cost ${usage.cost.toFixed(4)}`;
  const calls = callsText(usage);
  const tools = calls === undefined ? '' : `, tools: ${calls}`;
  return `${String(usage.requests)} requests (${String(usage.retries)} tried again), ${String(usage.prompt_tokens)} tokens in, ${String(usage.completion_tokens)} out${cost}, ${usage.seconds.toFixed(1)} s${tools}`;
}

function line(name: string, value: string, note = ''): string {
  return `${name.padEnd(WIDTH)} ${value.padStart(8)}  ${note}`.trimEnd();
}

/** A score in percent. */
export function percent(score: number | null): string {
  return score === null ? 'none' : (100 * score).toFixed(2);
}
