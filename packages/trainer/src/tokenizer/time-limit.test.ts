import { describe, expect, it } from 'vitest';
import { compileChatTemplate } from './chat.ts';
import { withTimeLimit } from './time-limit.ts';

const limit = { milliseconds: 100, what: 'the test still ran; end it.' };

describe('withTimeLimit', () => {
  it('gives what the function gives, and throws what it throws', () => {
    expect(withTimeLimit(limit, () => [1, 2])).toEqual([1, 2]);
    expect(() =>
      withTimeLimit(limit, () => {
        throw new RangeError('of the function');
      }),
    ).toThrow(new RangeError('of the function'));
  });

  it('ends a loop without an end, and a regular expression that backtracks', () => {
    const endless = (): never => {
      for (;;);
    };
    expect(() => withTimeLimit(limit, endless)).toThrow('After 100 ms, the test still ran; end it.');
    expect(() => withTimeLimit(limit, () => /^(a+)+$/.test(`${'a'.repeat(60)}!`))).toThrow('After 100 ms');
  });
});

it('runs once more what was ended because the process was suspended', () => {
  let calls = 0;
  const suspendedOnce = (): string => {
    if (++calls === 1) for (const until = performance.now() + 1000; performance.now() < until;);
    return 'rendered';
  };
  expect(withTimeLimit(limit, suspendedOnce)).toBe('rendered');
  expect(calls).toBe(2);
});

describe('a chat template', () => {
  it('that does not end is stopped by name', { timeout: 20_000 }, () => {
    const loop = '{% for i in range(1000) %}'.repeat(6) + '{{ i }}' + '{% endfor %}'.repeat(6);
    const render = compileChatTemplate(loop, {}, 200);
    expect(() => render([{ role: 'user', content: 'x' }], { addGenerationPrompt: true })).toThrow(
      'After 200 ms, the chat template was still being rendered',
    );
  });

  it.each(['\r\n', '\r', '\n'])('reads line ends %j as jinja2 does', (end) => {
    const render = compileChatTemplate(["{{ messages[0]['role'] }}:", 'next'].join(end));
    expect(render([{ role: 'user', content: 'x' }], { addGenerationPrompt: false })).toBe('user:\nnext');
  });
});
