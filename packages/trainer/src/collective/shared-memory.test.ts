import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { abortShared, createSharedRegion, sharedCollective } from './shared-memory.ts';

describe('sharedCollective', () => {
  it('of one rank changes nothing', () => {
    const collective = sharedCollective(createSharedRegion(1, 4), 0);
    const values = Float32Array.of(1, 2, 3, 4, 5, 6, 7);
    collective.allReduceSum(values);
    collective.broadcast(values);
    expect(values).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6, 7));
  });

  it('throws in the ranks that wait when one gives up', async () => {
    const region = createSharedRegion(2, 4);
    // A second thread aborts, since this one blocks while it waits.
    const worker = new Worker(
      `const { workerData } = require('node:worker_threads'); setTimeout(() => { const c = new Int32Array(workerData); Atomics.store(c, 2, 1); Atomics.notify(c, 1); }, 50);`,
      { eval: true, workerData: region.control },
    );
    await new Promise((resolve) => worker.once('online', resolve));
    expect(() => sharedCollective(region, 0).barrier()).toThrow(/Another rank stopped/);
    await worker.terminate();
  });

  it('throws at once when the group is already aborted', () => {
    const region = createSharedRegion(2, 4);
    abortShared(region);
    expect(() => sharedCollective(region, 1).allReduceSum(new Float32Array(2))).toThrow(/Another rank stopped/);
  });
});
