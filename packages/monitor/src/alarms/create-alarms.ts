/**
 * Alarms over the metrics of a run. Each rule is a file of this folder; this one starts them, and keeps an alarm that stays from being raised at
 * every step.
 */
import { settings, SettingsError } from '@vtriune/format/settings';
import type { Static, TObject } from 'typebox';
import { MonitorError } from '../errors.ts';
import { ALL_SOURCES, type AlarmRecord, type MetricRecord } from '../record.ts';
import { alarmSettings, type AlarmSettingsInput } from './alarm-settings.ts';
import { divergence } from './divergence.ts';
import { entropyCollapse } from './entropy-collapse.ts';
import { formatOverAccuracy } from './format-over-accuracy.ts';
import { gradientSpike } from './gradient-spike.ts';
import { heldOutFalls } from './held-out-falls.ts';
import { learnsNothing } from './learns-nothing.ts';
import { lengthExplosion } from './length-explosion.ts';
import { noSignal } from './no-signal.ts';
import { otherSpace } from './other-space.ts';
import { rewardCollapse } from './reward-collapse.ts';
import type { AlarmRule, Finding, Watch } from './rule.ts';
import { stepsOf } from './step-metrics.ts';
import { verifierFailures } from './verifier-failures.ts';
import { visionGradients } from './vision-gradients.ts';

/** Watches one run. */
export interface Alarms {
  /** Takes the metrics of a step, or of several, in the order in which they were written; gives the alarms that they raise. */
  observe(records: readonly MetricRecord[]): AlarmRecord[];
}

/** What to do about an alarm of a source, for one who knows more of the run than its metrics; undefined leaves the words of the rule. */
export type RemedyFor = (alarm: string, source: string) => string | undefined;

interface Watcher {
  readonly name: string;
  readonly watch: Watch;
}

/**
 * Starts the alarms of this package, and `own` ones with their defaults. Give it the metrics of a run step by step, or give it to `createMonitor`.
 * A run that goes on after a break first shows it the metrics written before.
 *
 * @throws MonitorError `invalid_argument` for a wrong setting
 */
export function createAlarms(input: AlarmSettingsInput = {}, own: readonly AlarmRule[] = [], remedyFor?: RemedyFor): Alarms {
  const { repeatEvery, ...chosen } = parse(input);
  const watchers = [
    ...start(rewardCollapse, chosen.rewardCollapse),
    ...start(learnsNothing, chosen.learnsNothing),
    ...start(heldOutFalls, chosen.heldOutFalls),
    ...start(lengthExplosion, chosen.lengthExplosion),
    ...start(formatOverAccuracy, chosen.formatOverAccuracy),
    ...start(entropyCollapse, chosen.entropyCollapse),
    ...start(gradientSpike, chosen.gradientSpike),
    ...start(visionGradients, chosen.visionGradients),
    ...start(otherSpace, chosen.otherSpace),
    ...start(verifierFailures, chosen.verifierFailures),
    ...start(noSignal, chosen.noSignal),
    ...start(divergence, chosen.divergence),
    ...own.flatMap((rule) => start(rule, settings(rule.settings).parse({}))),
  ];
  const isDue = createLimit(repeatEvery);
  return {
    observe(records) {
      const [first] = records;
      if (first === undefined) return [];
      return stepsOf(records).flatMap((step) =>
        watchers.flatMap(({ name, watch }) =>
          watch(step)
            .filter((finding) => isDue(name, finding, step.step))
            .map((finding) => recordOf(finding, { run: first.run, step: step.step, alarm: name }, remedyFor)),
        ),
      );
    },
  };
}

function parse(input: AlarmSettingsInput): Static<typeof alarmSettings.schema> {
  try {
    return alarmSettings.parse(input);
  } catch (cause) {
    if (!(cause instanceof SettingsError)) throw cause;
    throw new MonitorError('invalid_argument', `alarms: ${cause.message}`, cause);
  }
}

/** The watcher of a rule; none where it is switched off. */
function start<Schema extends TObject>(rule: AlarmRule<Schema>, chosen: Static<Schema>): Watcher[] {
  const off = 'enabled' in chosen && chosen.enabled === false;
  return off ? [] : [{ name: rule.name, watch: rule.watch(chosen) }];
}

/** Whether a finding is raised: when it is new, when it got worse, and again after `every` steps. */
function createLimit(every: number): (alarm: string, finding: Finding, step: number) => boolean {
  const raised = new Map<string, { step: number; severity: Finding['severity'] }>();
  return (alarm, { source, aspect, severity }, step) => {
    const key = JSON.stringify([alarm, source, aspect]);
    const last = raised.get(key);
    const worse = last?.severity === 'warning' && severity === 'critical';
    if (last !== undefined && !worse && step < last.step + every) return false;
    raised.set(key, { step, severity });
    return true;
  };
}

function recordOf(
  { source = ALL_SOURCES, severity, message, values, remedy }: Finding,
  known: Pick<AlarmRecord, 'run' | 'step' | 'alarm'>,
  remedyFor?: RemedyFor,
): AlarmRecord {
  const advice = remedyFor?.(known.alarm, source) ?? remedy;
  return { ...known, source, severity, message: advice === undefined ? message : `${message} ${advice}`, values };
}
