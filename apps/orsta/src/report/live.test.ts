import type { StepReport } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../context.ts';
import { TASK_NAMES } from '../suite/index.ts';
import { createLive, describeStep, formatDuration } from './live.ts';

const tasks = TASK_NAMES;

function report(step: number, totalSteps = 100): StepReport<RewardResult> {
  const rollouts = tasks.flatMap((ability, index) => [
    {
      id: '1',
      response: '',
      generation: { tokenIds: Array<number>(10).fill(0), logProbs: [], truncated: false },
      advantage: 0,
      outcome: { status: 'scored', reward: index / 10 },
      prompt: { sample: { ability } },
    },
    {
      id: '2',
      response: '',
      generation: { tokenIds: Array<number>(20).fill(0), logProbs: [], truncated: false },
      advantage: null,
      outcome: { status: 'failed', error: { code: 'timeout', message: '' } },
      prompt: { sample: { ability } },
    },
  ]);
  return {
    state: { step, samplePosition: 0 },
    totalSteps,
    rollouts,
    groups: tasks.map((_, index) => ({ zeroVariance: index === 0 })),
    updates: [],
    learningRate: 1,
    seconds: { data: 0, rollout: 1, reward: 0, update: 1 },
  } as unknown as StepReport<RewardResult>;
}

function terminal(isTTY: boolean, color = false): { context: CommandContext; text: () => string } {
  let written = '';
  const context: CommandContext = {
    output: (text) => void (written += text),
    notice: () => undefined,
    signal: new AbortController().signal,
    stopped: () => undefined,
    terminal: { isTTY, columns: 80, color },
    cwd: '/',
    commandLine: [],
  };
  return { context, text: () => written };
}

describe('describeStep', () => {
  it('tells step, reward, length, speed, time left and failures', () => {
    const [head, byTask] = describeStep(report(40), [2, 4]);
    expect(head).toBe('step  40/100   reward 0.350   length 15.0   same 1/8   120 tokens/s   3m00s left   8 failed');
    expect(byTask).toContain('math 0.00  puzzle 0.10');
  });
});

describe('createLive', () => {
  it('draws over its lines on a terminal and keeps them within its width', () => {
    const { context, text } = terminal(true);
    const live = createLive(context);
    live.step(report(1));
    const lines = text().trimEnd().split('\n');
    for (const line of lines) expect(line.length).toBeLessThan(80);
    live.step(report(2));
    expect(text()).toContain(`\u001b[${String(lines.length)}A\u001b[0J`);
    expect(text()).not.toContain('\u001b[1m');
  });

  it('uses color only where it may', () => {
    const { context, text } = terminal(true, true);
    createLive(context).step(report(1));
    expect(text()).toContain('\u001b[1m');
  });

  it('writes plain lines elsewhere, the first, the last and some between', () => {
    let seconds = 0;
    const { context, text } = terminal(false);
    const live = createLive(context, () => seconds);
    for (let step = 1; step <= 10; step++) {
      live.step(report(step, 10));
      seconds += 1;
    }
    const shown = [...text().matchAll(/step +(\d+)\/10/g)].map(([, step]) => Number(step));
    expect(shown).toEqual([1, 6, 10]);
    expect(text()).not.toContain('\u001b');
  });
});

it.each([
  [0, '0s'],
  [59.6, '1m00s'],
  [185, '3m05s'],
  [7805, '2h10m'],
  [-1, '0s'],
])('formats %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
