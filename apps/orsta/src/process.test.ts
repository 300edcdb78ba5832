import { describe, expect, it } from 'vitest';
import { OrstaError, isUsageError } from './errors.ts';
import { columnsOf, failureText } from './process.ts';

it('draws within 100 columns, and within a narrower terminal that says how wide it is', () => {
  expect([80, 300, 0, undefined].map(columnsOf)).toEqual([80, 100, 100, 100]);
});

describe('failureText', () => {
  it('shows the code and message of an error that was meant, and the stack of any other', () => {
    expect(failureText(new OrstaError('run_locked', 'Locked.'))).toBe('error (run_locked): Locked.\n');
    expect(failureText(new RangeError('odd'))).toContain('process.test.ts');
  });

  it('knows whose fault it is', () => {
    expect([
      isUsageError(new OrstaError('usage', '')),
      isUsageError(new OrstaError('invalid_recipe', '')),
      isUsageError(new OrstaError('run_locked', '')),
    ]).toEqual([true, true, false]);
  });
});
