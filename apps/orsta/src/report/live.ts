/**
 * What a running training shows. On a terminal: a few lines that are drawn over. Elsewhere, in logs and pipes: plain lines, one pair for a
 * step, and fewer where steps are quick.
 */
import type { StepReport } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import type { CommandContext } from '../context.ts';
import { MAX_COLUMNS } from './table.ts';

/** Shows the progress of a run. */
export interface LiveDisplay {
  step(report: StepReport<RewardResult>): void;
  /** Progress of something that is not a step, such as an evaluation. */
  progress(what: string, done: number, total: number): void;
  /** Ends what is drawn over and writes a line that stays. */
  line(text: string): void;
}

const PLAIN_INTERVAL_SECONDS = 5;
const BOLD = '\u001b[1m';
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

/** A display on the command's terminal. */
export function createLive(context: CommandContext, now: () => number = () => performance.now() / 1000): LiveDisplay {
  const { terminal, output } = context;
  let drawn = 0;
  let lastPlain = -Infinity;
  const secondsOfStep: number[] = [];

  const erase = (): void => {
    if (drawn > 0) output(`\u001b[${String(drawn)}A\u001b[0J`);
    drawn = 0;
  };
  const draw = (lines: readonly string[]): void => {
    erase();
    output(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  return {
    step: (report) => {
      secondsOfStep.push(Object.values(report.seconds).reduce((sum, part) => sum + part, 0));
      const lines = describeStep(report, secondsOfStep.slice(-20)).flatMap((line) =>
        wrapWords(line, Math.min(terminal.columns, MAX_COLUMNS) - 1),
      );
      if (terminal.isTTY) {
        draw(terminal.color ? lines.map((line, index) => `${index === 0 ? BOLD : DIM}${line}${RESET}`) : lines);
      } else if (isLast(report) || now() - lastPlain >= PLAIN_INTERVAL_SECONDS) {
        lastPlain = now();
        output(lines.map((line) => `${line}\n`).join(''));
      }
    },
    progress: (what, done, total) => {
      if (terminal.isTTY) draw([`${what} ${String(done)}/${String(total)}`]);
    },
    line: (text) => {
      erase();
      output(`${text}\n`);
    },
  };
}

/** The lines of a step: totals, then the mean reward of every source. */
export function describeStep(report: StepReport<RewardResult>, recentSeconds: readonly number[]): string[] {
  const { state, totalSteps, rollouts, seconds } = report;
  const rewards = rollouts.flatMap(({ outcome }) => (outcome.status === 'scored' ? [outcome.reward] : []));
  const tokens = rollouts.reduce((sum, rollout) => sum + rollout.generation.tokenIds.length, 0);
  const stepSeconds = mean(recentSeconds);
  const spent = seconds.data + seconds.rollout + seconds.reward + seconds.update;
  const failed = rollouts.length - rewards.length;
  const head = [
    `step ${String(state.step).padStart(String(totalSteps).length)}/${String(totalSteps)}`,
    `reward ${mean(rewards).toFixed(3)}`,
    `length ${mean(rollouts.map((rollout) => rollout.generation.tokenIds.length)).toFixed(1)}`,
    `same ${String(report.groups.filter(({ zeroVariance }) => zeroVariance).length)}/${String(report.groups.length)}`,
    `${(tokens / Math.max(spent, 1e-9)).toFixed(0)} tokens/s`,
    `${formatDuration(stepSeconds * (totalSteps - state.step))} left`,
    ...(failed > 0 ? [`${String(failed)} failed`] : []),
  ].join('   ');
  return [head, `  ${rewardsByTask(rollouts)}`];
}

function rewardsByTask(rollouts: StepReport<RewardResult>['rollouts']): string {
  const byTask = new Map<string, number[]>();
  for (const { prompt, outcome } of rollouts) {
    const name = prompt.sample.ability;
    byTask.set(name, [...(byTask.get(name) ?? []), ...(outcome.status === 'scored' ? [outcome.reward] : [])]);
  }
  return [...byTask].map(([name, rewards]) => `${name} ${mean(rewards).toFixed(2)}`).join('  ');
}

function wrapWords(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const cut = line.lastIndexOf('  ', width);
  return cut <= 2
    ? [line.slice(0, width), ...wrapWords(`  ${line.slice(width)}`, width)]
    : [line.slice(0, cut), ...wrapWords(`  ${line.slice(cut).trim()}`, width)];
}

function isLast({ state, totalSteps }: StepReport<RewardResult>): boolean {
  return state.step === totalSteps;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Seconds as `42s`, `3m05s` or `2h10m`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${String(whole)}s`;
  if (whole < 3600) return `${String(Math.floor(whole / 60))}m${two(whole % 60)}s`;
  return `${String(Math.floor(whole / 3600))}h${two(Math.floor((whole % 3600) / 60))}m`;
}
