import { describe, expect, it } from 'vitest';
import { readLogLine } from './job-log.ts';

describe('the log of a job', () => {
  it('reads a record behind what Ray puts before a line', () => {
    const line =
      '\u001b[36m(TrainWorker pid=7, ip=10.0.0.2)\u001b[0m vtriune-record {"step": 3, "steps": 10, "source": "nano_ocr", "metrics": {"reward/total": 0.5, "text": "x"}}';
    expect(readLogLine(line)).toEqual({
      kind: 'metrics',
      step: 3,
      steps: 10,
      metrics: [{ step: 3, source: 'nano_ocr', name: 'reward/total', value: 0.5 }],
    });
  });

  it("reads verl's line of a step", () => {
    const news = readLogLine('(TaskRunner pid=9) step:12 - actor/grad_norm:0.25 - critic/rewards/mean:1e-1 - val-aux/x@mean:nan');
    expect(news).toEqual({
      kind: 'metrics',
      step: 12,
      metrics: [
        { step: 12, source: 'all', name: 'actor/grad_norm', value: 0.25 },
        { step: 12, source: 'all', name: 'critic/rewards/mean', value: 0.1 },
      ],
    });
  });

  it.each([
    'vtriune-record {"step": 3, "source"',
    'vtriune-record {"step": -1, "source": "a", "metrics": {}}',
    'vtriune-record {"step": 1.5, "source": "a", "metrics": {}}',
    'step:1 of something else',
    '',
  ])('takes %j as text', (line) => {
    expect(readLogLine(line).kind).toBe('text');
  });
});
