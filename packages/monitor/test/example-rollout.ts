import type { RolloutRecord, ScoredResult } from '../src/record.ts';

/** A scored result; `changes` replaces fields. */
export function scored(changes: Partial<ScoredResult> = {}): ScoredResult {
  return {
    id: 's1',
    data_source: 'math',
    verifier: 'mathverify',
    status: 'scored',
    reward: 1,
    components: { accuracy: 1, format: 1 },
    metrics: {},
    elapsed_ms: 0.2,
    ...changes,
  };
}

/** A failed result. */
export const failed: RolloutRecord['result'] = {
  id: 's1',
  data_source: 'math',
  verifier: 'mathverify',
  status: 'failed',
  error: { code: 'timeout', message: 'no score within 5 s' },
};

/** A valid rollout; `changes` replaces fields. */
export function rollout(changes: Partial<RolloutRecord> = {}): RolloutRecord {
  return {
    run: 'r',
    step: 1,
    source: 'math',
    sample: 's1',
    prompt: '1+1?',
    response: 'It is 2.',
    response_tokens: 10,
    truncated: false,
    result: scored(),
    ...changes,
  };
}

/** A result with this accuracy as its reward. */
export function accuracy(value: number): ScoredResult {
  return scored({ reward: value, components: { accuracy: value, format: 1 } });
}
