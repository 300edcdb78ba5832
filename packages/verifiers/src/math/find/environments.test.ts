import { describe, expect, it } from 'vitest';
import { createEnvironmentReader, mayOpen } from './environments.ts';

function contents(text: string, boxed = false): readonly string[] | undefined {
  return createEnvironmentReader(text)
    .listAt(0, boxed)
    ?.parts.map((part) => part.content);
}

describe('environments', () => {
  it.each([
    ['$x$', ['x']],
    ['$$x\ny$$', ['x\ny']],
    ['\\(x\\)', ['x']],
    ['\\[x\\]', ['x']],
    [' [x] ', ['x']],
    ['\\frac{1}{2}', ['\\frac{1}{2}']],
    ['$1$, $2$ and $3$', ['1', '2', '3']],
    ['$1$ or $2$', ['1', '2']],
    ['$a \\$ b$', ['a \\$ b']],
  ])('%s', (text, expected) => {
    expect(contents(text)).toEqual(expected);
  });

  it.each(['$x\ny$', '$x', '$$', '\\[x', ' [x]', '\\(x\ny\\)', 'x'])('finds nothing in %s', (text) => {
    expect(contents(text)).toBeUndefined();
  });

  it('asks for a box', () => {
    expect(contents('$x$', true)).toBeUndefined();
    expect(contents('$\\boxed{x}$', true)).toEqual(['\\boxed{x}']);
  });

  it('sees percent signs behind', () => {
    expect(createEnvironmentReader('$28$ percent').listAt(0, false)?.parts[0]?.percent).toBe(true);
    expect(createEnvironmentReader('$28$ people').listAt(0, false)?.parts[0]?.percent).toBe(false);
    expect([mayOpen('$', 0), mayOpen('\\(', 0), mayOpen(' [', 0), mayOpen('a', 0)]).toEqual([true, true, true, false]);
  });
});
