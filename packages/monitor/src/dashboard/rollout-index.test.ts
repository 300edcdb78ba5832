import { describe, expect, it } from 'vitest';
import { createRolloutIndex } from './rollout-index.ts';

const line = (record: object): string => `${JSON.stringify(record)}\n`;

describe('createRolloutIndex', () => {
  it('knows where the records of a step are, in any order and with any order of keys', () => {
    const lines = [
      line({ step: 1, split: 'test', source: 's' }),
      line({ step: 1, split: 'test', source: 'é' }),
      line({ source: 's', step: 2, response: '"step":9,"split":"test"' }),
      line({ run: 'r', step: 1, source: 's', split: 'train' }),
    ];
    const bytes = Buffer.from(lines.join(''));
    const index = createRolloutIndex();
    index.take({ bytes, offset: 100 });
    const found = index.steps().map(({ step, counts, ranges }) => {
      return [step, Object.fromEntries(counts), ranges.map(({ start, end }) => bytes.subarray(start - 100, end - 100).toString('utf8'))];
    });
    expect(found).toEqual([
      [1, { test: 2, train: 1 }, [`${lines[0] ?? ''}${lines[1] ?? ''}`, lines[3]]],
      [2, { train: 1 }, [lines[2]]],
    ]);
    expect([index.count(), index.bad()]).toEqual([4, 0]);
  });

  it('counts lines that were cut or are something else', () => {
    const index = createRolloutIndex();
    index.take({ bytes: Buffer.from('{"step":1,"split":"train","source":"s","resp\n{"a":1}\n\n{"step":"1"}\n'), offset: 0 });
    expect([index.count(), index.bad()]).toEqual([0, 3]);
  });
});
