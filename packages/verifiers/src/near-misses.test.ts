import { expect, it } from 'vitest';
import { nearMisses } from '../test/near-misses.ts';
import { score } from './score.ts';

it('none of 2,000 near-misses is paid', async () => {
  const misses = nearMisses(2_000, 'near-misses');
  const requests = misses.map(({ verifier, truth, response, parameters }, index) => ({
    id: String(index),
    data_source: 'near-misses',
    verifier,
    response,
    ground_truth: truth,
    ...(parameters === undefined ? {} : { verifier_parm: parameters }),
  }));
  const results = await score(requests);
  const wrong = results.flatMap((result, index) => {
    const paid = result.status === 'failed' ? result.error.message : result.components['accuracy'];
    return paid === 0 ? [] : [{ ...misses[index]!, paid }];
  });
  expect(wrong).toEqual([]);
});
