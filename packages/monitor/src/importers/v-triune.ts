import { PAPER_ALIASES } from '../paper-aliases.ts';
import { createCollector, objectsIn, stepOf, type Imported, type ImportOptions, type Place } from './imported.ts';
import { importVerl } from './verl.ts';

// `response_length{source}/mean_length` -> a pattern for it with the source as its first group.
const PATTERNS = Object.entries(PAPER_ALIASES).map(([name, alias]) => {
  const [before, after] = alias.split('{source}').map((part) => part.replaceAll('/', '\\/'));
  return { name, pattern: new RegExp(`^${String(before)}(?:_(.+))?${String(after)}$`) };
});
const REWARD = /^rews(?:_(accuracy|format|reflection|final)_reward\/(.+)|\/(accuracy|format|reflection|final)_reward)$/;

/**
 * Reads a history of V-Triune's training code as W&B exports it: an object a line with `_step` (or `step`) and the paper's names. Names that are
 * none of the paper's are read as verl's, whose code it is built on.
 */
export function importVTriune(text: string, options: ImportOptions): Imported {
  const collector = createCollector(options);
  let others = '';
  for (const line of objectsIn(text, { format: 'V-Triune', onDamaged: collector.addDamaged })) {
    const { _step, step: ownStep, ...entries } = line;
    const step = stepOf(_step ?? ownStep);
    if (step === undefined) {
      collector.addDamaged();
      continue;
    }
    collector.addTime(step, entries['_timestamp']);
    const data: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(entries)) {
      const place = placeOf(key);
      // W&B's own, such as _timestamp.
      if (place !== undefined) collector.add(step, place, value);
      else if (!key.startsWith('_')) data[key] = value;
    }
    others += Object.keys(data).length > 0 ? `${JSON.stringify({ step, data })}\n` : '';
  }
  const own = collector.result();
  if (others === '') return own;
  const rest = importVerl(others, options);
  return {
    records: [...own.records, ...rest.records].sort((a, b) => a.step - b.step),
    skipped: own.skipped + rest.skipped,
    damaged: own.damaged,
  };
}

function placeOf(key: string): Place | undefined {
  const reward = REWARD.exec(key);
  if (reward !== null) {
    const [, bySource, source, overall] = reward;
    const part = String(bySource ?? overall);
    return { name: `reward/${part === 'final' ? 'total' : part}`, ...(source === undefined ? {} : { source }) };
  }
  for (const { name, pattern } of PATTERNS) {
    const match = pattern.exec(key);
    if (match !== null) return { name, ...(match[1] === undefined ? {} : { source: match[1] }) };
  }
  return undefined;
}
