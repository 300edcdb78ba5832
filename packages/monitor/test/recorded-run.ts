import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A picture of one pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A metric as a line. */
export function metricLine(step: number, value: number, changes: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ run: 'r', step, source: 'all', split: 'train', name: 'reward/total', value, ...changes })}\n`;
}

/** A rollout as a line; two a group at each step. */
export function rolloutLine(step: number, index: number, changes: Record<string, unknown> = {}): string {
  const reward = (index % 2) * 0.75;
  const boxes = [
    { bbox_2d: [0, 0, 0.5, 0.5], kind: 'ground_truth' },
    { bbox_2d: [0.1, 0.1, 0.6, 0.6], kind: 'predicted' },
  ];
  const result = {
    id: String(index),
    data_source: 'boxes',
    verifier: 'detection',
    status: 'scored',
    reward,
    components: { accuracy: reward },
    metrics: {},
  };
  const at = { run: 'r', step, source: 'boxes', split: 'train', sample: `sample-${String(index >> 1)}` };
  return `${JSON.stringify({ ...at, prompt: `Where is it? (${String(index >> 1)})`, response: `answer ${String(index)} at step ${String(step)}`, ground_truth: 'answer 1', advantage: index % 2 === 0 ? -1 : 1, images: ['images/a.png'], boxes, result, ...changes })}\n`;
}

/** Writes a run of some steps with metrics of two sources, rollouts, an image, and an alarm. */
export function writeRun(folder: string, steps: number): void {
  mkdirSync(join(folder, 'images'), { recursive: true });
  writeFileSync(join(folder, 'images/a.png'), PIXEL);
  const range = Array.from({ length: steps }, (_, i) => i + 1);
  const metrics = range.flatMap((step) => [
    metricLine(step, Math.tanh(step / 20)),
    metricLine(step, Math.tanh(step / 40), { source: 'boxes' }),
    metricLine(step, 0.5 + step / 1000, { source: 'boxes', name: 'detection/iou_50_recall' }),
    metricLine(step, 0.5, { source: 'boxes', name: 'verifier/iou_threshold' }),
    metricLine(step, 2, { name: 'time/step' }),
  ]);
  writeFileSync(join(folder, 'metrics.jsonl'), metrics.join(''));
  writeFileSync(join(folder, 'rollouts.jsonl'), range.flatMap((step) => [0, 1, 2, 3].map((index) => rolloutLine(step, index))).join(''));
  const alarm = {
    run: 'r',
    step: 3,
    source: 'boxes',
    alarm: 'reward_collapse',
    severity: 'critical',
    message: 'the reward fell',
    values: { reward: 0.1, before: 0.6 },
  };
  writeFileSync(join(folder, 'alarms.jsonl'), `${JSON.stringify(alarm)}\n`);
}
