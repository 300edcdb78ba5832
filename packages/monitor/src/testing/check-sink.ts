import type { AlarmRecord, MetricRecord, RolloutRecord } from '../record.ts';
import type { Sink } from '../sink.ts';

/** Makes a fresh sink. What it writes to is the caller's: a temporary folder, a test server. */
export type SinkFactory = () => Sink | Promise<Sink>;

// Names and texts come from data sets and models of other people.
const HOSTILE = [
  'math',
  'a/b\\c',
  '../../etc',
  'line\nbreak',
  'quote"\'`',
  '\u001b[31mred',
  '💥 ünï',
  '<script>alert(1)</script>',
  '__proto__',
  'x'.repeat(20_000),
];

/**
 * What a sink does wrong; an empty list where it keeps the contract. It is given several steps with hostile texts, empty lists, extreme numbers and
 * frozen records, it is closed, and it is closed again.
 */
export async function checkSink(make: SinkFactory): Promise<string[]> {
  const problems: string[] = [];
  const attempt = async (what: string, act: () => unknown): Promise<void> => {
    try {
      await act();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const sink = await make();
  if (sink.name === '') problems.push('it has no name');
  for (const step of [0, 1, 1, 2, Number.MAX_SAFE_INTEGER]) {
    const at = `step ${step}`;
    await attempt(`rollouts of ${at}`, () => sink.writeRollouts?.(deepFreeze(HOSTILE.map((text) => rolloutOf(step, text)))));
    await attempt(`metrics of ${at}`, () => sink.write(deepFreeze(HOSTILE.flatMap((text) => metricsOf(step, text)))));
    await attempt(`alarms of ${at}`, () => sink.writeAlarms?.(deepFreeze(HOSTILE.map((text) => alarmOf(step, text)))));
  }
  await attempt('no rollouts', () => sink.writeRollouts?.([]));
  await attempt('no metrics', () => sink.write([]));
  await attempt('no alarms', () => sink.writeAlarms?.([]));
  await attempt('closing it', () => sink.close?.());
  await attempt('closing it twice', () => sink.close?.());
  const unused = await make();
  await attempt('closing one that was never used', () => unused.close?.());
  return problems;
}

function metricsOf(step: number, text: string): MetricRecord[] {
  return ['train', 'test'].flatMap((split) =>
    [0, -1e-300, 1e300, 0.1].map((value, index) => ({ run: 'r', step, source: text, split, name: `name/${index}/${text}`, value })),
  );
}

function alarmOf(step: number, text: string): AlarmRecord {
  return { run: 'r', step, source: text, alarm: text, severity: 'warning', message: text, values: { [text]: 1 } };
}

function rolloutOf(step: number, text: string): RolloutRecord {
  const base = { run: 'r', step, source: text, sample: text, prompt: text, response: text, images: [text] };
  const scorer = { id: text, data_source: text, verifier: text };
  return text === 'math'
    ? { ...base, result: { ...scorer, status: 'failed', error: { code: text, message: text } } }
    : { ...base, result: { ...scorer, status: 'scored', reward: 1, components: { [text]: 1 }, metrics: { [text]: 1 } } };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
