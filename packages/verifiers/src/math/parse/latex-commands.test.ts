import { describe, expect, it } from 'vitest';
import { LONGEST_COMMAND, lookUpCommand, lookUpSign } from './latex-commands.ts';

describe('vocabulary', () => {
  it('knows commands and signs', () => {
    expect(lookUpCommand('\\leqslant')).toEqual(['relation', '<=']);
    expect(lookUpCommand('\\alpha')).toEqual(['greek', 'alpha']);
    expect(lookUpCommand('\\zzz')).toBeUndefined();
    expect(lookUpSign('≥')).toEqual(['relation', '>=']);
    expect(lookUpSign('@')).toBeUndefined();
    expect(LONGEST_COMMAND).toBeGreaterThan(10);
  });
});
