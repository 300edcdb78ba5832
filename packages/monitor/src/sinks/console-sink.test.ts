import { describe, expect, it } from 'vitest';
import { accuracy, failed, rollout } from '../../test/example-rollout.ts';
import { aggregate } from '../aggregate.ts';
import { consoleSink } from './console-sink.ts';

const records = [
  ...aggregate([
    rollout({ result: accuracy(1) }),
    rollout({ result: accuracy(0) }),
    rollout({ source: 'cats-and-dogs', sample: 'c', result: failed, response_tokens: 123 }),
  ]),
  { run: 'r', step: 1, source: 'all', split: 'train', name: 'policy/entropy', value: 1 },
];

function textOf(isTTY: boolean): string {
  let text = '';
  const sink = consoleSink({ write: (part) => void (text += part), isTTY });
  void sink.write(records);
  return text;
}

describe('consoleSink', () => {
  it('prints one plain line a step without a terminal', () => {
    expect(textOf(false)).toMatchInlineSnapshot(`
      "step 1 train | all reward=0.500 accuracy=0.500 format=1.000 length=47.7 cut=0.00 same=0.00 failed=1 | cats-and-dogs - | math 0.500
      "
    `);
  });

  it('prints a table a step on a terminal', () => {
    expect(`\n${textOf(true)}`).toMatchInlineSnapshot(`
      "
      step 1 train     reward  accuracy  format  length   cut  same  failed
        all             0.500     0.500   1.000    47.7  0.00  0.00       1
        cats-and-dogs       -         -       -   123.0  0.00     -       1
        math            0.500     0.500   1.000    10.0  0.00  0.00       0
      "
    `);
  });

  it('prints the metrics of a step that has no rollouts', () => {
    let text = '';
    void consoleSink({ write: (part) => void (text += part) }).write([
      { run: 'r', step: 1, source: 'all', split: 'train', name: 'x', value: 1 },
    ]);
    expect(text).toBe('step 1 train | all x=1\n');
  });

  it('prints an alarm as one line, whatever its source is called', () => {
    let text = '';
    const alarm = { run: 'r', step: 40, alarm: 'no_signal', severity: 'warning', message: 'all equal', values: {} } as const;
    void consoleSink({ write: (part) => void (text += part) }).writeAlarms?.([
      { ...alarm, source: 'all' },
      { ...alarm, source: 'a\n\u001b[31mb' },
    ]);
    expect(text).toBe('step 40 warning no_signal: all equal\nstep 40 warning no_signal (a [31mb): all equal\n');
  });
});
