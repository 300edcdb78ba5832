import { expect, it } from 'vitest';
import type { RewardResult } from '../contract.ts';
import { createBoundedLabel, createServiceMetrics } from './metrics.ts';

function result(source: string, code?: 'timeout'): RewardResult {
  const item = { id: 'a', data_source: source, verifier: 'counting' };
  if (code !== undefined) return { ...item, status: 'failed', error: { code, message: 'm' } };
  return { ...item, status: 'scored', reward: 1, components: {}, metrics: {}, elapsed_ms: 0.03 };
}

it('counts results by verifier, source, status and code', async () => {
  const metrics = createServiceMetrics(() => ({ queued: 3, running: 2, workers: 4, replaced: 1 }));
  metrics.countResults([result('a'), result('a'), result('b', 'timeout')]);
  metrics.countAbandoned(7);
  metrics.countObserverError();
  metrics.countRequest({ method: 'POST', route: '/judge', status: 200, seconds: 0.004 });
  const text = await metrics.text();
  for (const line of [
    'vtriune_rewards_total{verifier="counting",source="a",status="scored",code=""} 2',
    'vtriune_rewards_total{verifier="counting",source="b",status="failed",code="timeout"} 1',
    'vtriune_reward_seconds_count 2',
    'vtriune_reward_seconds_bucket{le="0.00002"} 0',
    'vtriune_reward_seconds_bucket{le="0.00005"} 2',
    'vtriune_abandoned_items_total 7',
    'vtriune_observer_errors_total 1',
    'vtriune_http_requests_total{method="POST",route="/judge",status="200"} 1',
    'vtriune_http_request_seconds_bucket{le="0.005",route="/judge"} 1',
    'vtriune_queued_items 3',
    'vtriune_running_items 2',
    'vtriune_workers 4',
    'vtriune_workers_replaced_total 1',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(await metrics.text()).toContain('vtriune_workers_replaced_total 1\n');
});

it('takes names of any characters for what they are', async () => {
  const metrics = createServiceMetrics(() => ({ queued: 0, running: 0, workers: 1, replaced: 0 }));
  const failed = (verifier: string, data_source: string): RewardResult => {
    return { id: 'a', data_source, verifier, status: 'failed', error: { code: 'unknown_verifier', message: 'm' } };
  };
  metrics.countResults([failed('a\nb', 'c'), failed('a', 'b\nc'), failed('a', 'b\nc'), failed('q"\\', '')]);
  expect((await metrics.text()).split('\n').filter((line) => line.startsWith('vtriune_rewards_total{'))).toEqual([
    'vtriune_rewards_total{verifier="a\\nb",source="c",status="failed",code="unknown_verifier"} 1',
    'vtriune_rewards_total{verifier="a",source="b\\nc",status="failed",code="unknown_verifier"} 2',
    'vtriune_rewards_total{verifier="q\\"\\\\",source="",status="failed",code="unknown_verifier"} 1',
  ]);
});

it('gives a label value to the first names only', () => {
  const label = createBoundedLabel();
  const first = Array.from({ length: 300 }, (_, i) => label(`source${i}`));
  expect(first.filter((value) => value !== 'other')).toHaveLength(200);
  expect([label('source0'), label('source250'), label('x'.repeat(1000))]).toEqual(['source0', 'other', 'other']);
});

it('keeps two services apart', async () => {
  const stats = () => ({ queued: 0, running: 0, workers: 1, replaced: 0 });
  const [one, two] = [createServiceMetrics(stats), createServiceMetrics(stats)];
  one.countResults([result('a')]);
  expect(await two.text()).not.toContain('source="a"');
});
