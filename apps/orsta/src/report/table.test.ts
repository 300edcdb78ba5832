import { describe, expect, it } from 'vitest';
import { summarize } from '../evaluation/summary.ts';
import { comparisonTable, evaluationTable, MAX_COLUMNS } from './table.ts';

function sample(task: string, source: string, scores: { verified: number; lenient: number; meanIou?: number }) {
  return {
    id: `${source}`,
    task,
    source,
    ...scores,
  };
}
const before = summarize([
  sample('math', 'two', { verified: 0, lenient: 1 }),
  sample('math', 'three', { verified: 0.5, lenient: 1 }),
  sample('grounding', 'name', { verified: 0, lenient: 0.25, meanIou: 0.4 }),
]);
const after = summarize([
  sample('math', 'two', { verified: 1, lenient: 1 }),
  sample('math', 'three', { verified: 0, lenient: 0.5 }),
  sample('grounding', 'name', { verified: 0.5, lenient: 0.5, meanIou: 0.6 }),
]);

describe('comparisonTable', () => {
  it('shows tasks, their sources and the macro average, with the change in points', () => {
    expect(comparisonTable(before, after)).toBe(
      [
        'task / source  n        verified                 lenient               mean IoU',
        '-------------------------------------------------------------------------------',
        'math           2   25.0 ->  50.0   +25.0  100.0 ->  75.0  -25.0',
        '  three        1   50.0 ->   0.0   -50.0  100.0 ->  50.0  -50.0',
        '  two          1    0.0 -> 100.0  +100.0  100.0 -> 100.0   +0.0',
        'grounding      1    0.0 ->  50.0   +50.0   25.0 ->  50.0  +25.0   40.0 ->  60.0',
        '  name         1    0.0 ->  50.0   +50.0   25.0 ->  50.0  +25.0   40.0 ->  60.0',
        '-------------------------------------------------------------------------------',
        'macro average  3   12.5 ->  50.0   +37.5   62.5 ->  62.5   +0.0   40.0 ->  60.0',
        '',
      ].join('\n'),
    );
  });

  it('shows a dash where there is no before, and stays within its width', () => {
    const long = summarize([sample('a'.repeat(90), 'b'.repeat(120), { verified: 1, lenient: 1, meanIou: 1 })]);
    const table = comparisonTable(before, long);
    expect(table).toContain('- -> 100.0');
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(MAX_COLUMNS);
  });
});

describe('evaluationTable', () => {
  it('leaves the column of boxes out where there are none', () => {
    const table = evaluationTable(summarize([sample('math', 'two', { verified: 1, lenient: 1 })]));
    expect(table.split('\n')[0]).toBe('task / source  n  verified  lenient');
    expect(table).toContain('macro average  1     100.0    100.0');
  });
});
