import { MonitorError } from '../errors.ts';
import { createCollector, isRecord, stepOf, type Imported, type ImportOptions, type Place } from './imported.ts';
import { parsePythonJson } from './python-json.ts';

/** What TRL's GRPO trainer calls the metrics that this package knows; all others keep their name under `trl/`. */
const NAMES: Readonly<Record<string, string>> = {
  reward: 'reward/total',
  reward_std: 'reward/std',
  frac_reward_zero_std: 'group/zero_variance',
  'completions/mean_length': 'length/mean',
  'completions/max_length': 'length/max',
  'completions/clipped_ratio': 'length/truncated',
  loss: 'policy/loss',
  entropy: 'policy/entropy',
  kl: 'policy/approximate_kl',
  'clip_ratio/region_mean': 'policy/clip_fraction',
  'sampling/sampling_logp_difference/mean': 'policy/sampler_gap',
  grad_norm: 'optimizer/grad_norm',
  learning_rate: 'optimizer/learning_rate',
  step_time: 'time/step',
};

const BOOKKEEPING = new Set(['step', 'epoch']);

/** Reads `trainer_state.json` of a checkpoint of TRL or transformers. Throws MonitorError `corrupt_file` for another file. */
export function importTrl(text: string, options: ImportOptions): Imported {
  const collector = createCollector(options);
  for (const entry of logHistory(text)) {
    const step = isRecord(entry) ? stepOf(entry['step']) : undefined;
    if (!isRecord(entry) || step === undefined) {
      collector.addDamaged();
      continue;
    }
    for (const [key, value] of Object.entries(entry)) if (!BOOKKEEPING.has(key)) collector.add(step, placeOf(key), value);
  }
  return collector.result();
}

function logHistory(text: string): unknown[] {
  try {
    const state = parsePythonJson(text);
    if (isRecord(state) && Array.isArray(state['log_history'])) return state['log_history'];
  } catch (cause) {
    throw new MonitorError(
      'corrupt_file',
      `trainer_state.json is no JSON: ${text.slice(0, 60)}; was it cut off? Take that of another checkpoint`,
      cause,
    );
  }
  throw new MonitorError('corrupt_file', 'this JSON has no list `log_history`; give trainer_state.json of a checkpoint');
}

function placeOf(key: string): Place {
  if (key.startsWith('eval_')) return { ...placeOf(key.slice('eval_'.length)), split: 'test' };
  const reward = /^rewards\/(.+)\/mean$/.exec(key)?.[1];
  return { name: NAMES[key] ?? (reward === undefined ? `trl/${key}` : `reward/${reward}`) };
}
