import { createCollector, isRecord, objectsIn, stepOf, type Imported, type ImportOptions, type Place } from './imported.ts';

/** What verl calls the metrics that this package knows; all others keep their name under `verl/`. */
const NAMES: Readonly<Record<string, string>> = {
  'critic/score/mean': 'reward/total',
  'response_length/mean': 'length/mean',
  'response_length/max': 'length/max',
  'response_length/clip_ratio': 'length/truncated',
  'actor/pg_loss': 'policy/loss',
  'actor/entropy': 'policy/entropy',
  'actor/ppo_kl': 'policy/approximate_kl',
  'actor/pg_clipfrac': 'policy/clip_fraction',
  'actor/grad_norm': 'optimizer/grad_norm',
  'actor/lr': 'optimizer/learning_rate',
  'timing_s/step': 'time/step',
  'timing_s/gen': 'time/rollout',
  'timing_s/reward': 'time/reward',
  'timing_s/update_actor': 'time/update',
  'perf/throughput': 'throughput/tokens_per_second',
};

/** val-core/<data source>/<variable>/<statistic>, such as `mean@8` or `best@8/mean`. A data source may have slashes. */
const VALIDATION = /^val-(?:core|aux)\/(.+)\/([^/]+)\/([a-z]+@\d+(?:\/[a-z]+)?)$/;

/** Reads the file of verl's logger `file` (`trainer.logger=[console,file]`): `{"step": 1, "data": {...}}` a line. */
export function importVerl(text: string, options: ImportOptions): Imported {
  const collector = createCollector(options);
  for (const line of objectsIn(text, { format: 'verl', onDamaged: collector.addDamaged })) {
    const step = stepOf(line['step']);
    const { data } = line;
    if (step === undefined || !isRecord(data)) collector.addDamaged();
    else for (const [key, value] of Object.entries(data)) collector.add(step, placeOf(key), value);
  }
  return collector.result();
}

function placeOf(key: string): Place {
  const [, source, variable, statistic] = VALIDATION.exec(key) ?? [];
  if (source !== undefined) return { source, split: 'test', name: `evaluation/${String(variable)}/${String(statistic)}` };
  return { name: NAMES[key] ?? `verl/${key}` };
}
