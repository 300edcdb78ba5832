import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createServers } from './servers.ts';
import { createStop } from './wait.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const none: ReadonlySet<string> = new Set();
const stop = createStop();
const wanted = { items: 1, avoid: none, patienceMs: 60_000, stop };

describe('createServers', () => {
  it('chooses the one with the fewest items in flight; equals take turns', async () => {
    const servers = createServers(['a', 'b'], async () => true);
    const first = await servers.choose({ ...wanted, items: 10 });
    expect(first?.url).toBe('a');
    const second = await servers.choose(wanted);
    expect(second?.url).toBe('b');
    expect((await servers.choose(wanted))?.url).toBe('b');
    first?.released();
    expect((await servers.choose(wanted))?.url).toBe('a');
    second?.succeeded();
    expect((await servers.choose(wanted))?.url).toBe('b');
  });

  it('does not sleep for its whole patience where a pause ends between two looks at the clock', async () => {
    // Every look at the clock costs `step`, so that for some step the pause ends between any two of them.
    for (let step = 1; step <= 120; step++) {
      let clock = 0;
      const spy = vi.spyOn(performance, 'now').mockImplementation(() => (clock += step));
      const servers = createServers(['a'], async () => true);
      (await servers.choose(wanted))?.failed();
      let found = false;
      void servers.choose({ ...wanted, patienceMs: 10_000_000 }).then(() => (found = true));
      await vi.advanceTimersByTimeAsync(5_000);
      expect(found, `step ${step}`).toBe(true);
      spy.mockRestore();
    }
  });

  it('avoids what was tried, unless there is nothing else', async () => {
    const servers = createServers(['a', 'b'], async () => true);
    expect((await servers.choose({ ...wanted, avoid: new Set(['a']) }))?.url).toBe('b');
    expect((await servers.choose({ ...wanted, avoid: new Set(['a', 'b']) }))?.url).toBe('a');
  });

  it('gives a failed server no work before its pause is over and it says that it is ready', async () => {
    const ready = vi.fn(async () => true);
    const servers = createServers(['a', 'b'], ready);
    (await servers.choose(wanted))?.failed();
    for (let turn = 0; turn < 3; turn++) expect((await servers.choose(wanted))?.url).toBe('b');
    expect(ready).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect((await servers.choose(wanted))?.url).toBe('b');
    expect(ready).toHaveBeenCalledExactlyOnceWith('a');
    await vi.advanceTimersByTimeAsync(0);
    expect((await servers.choose(wanted))?.url).toBe('a');
  });

  it('doubles the pause with every failed check, and starts again after rewards', async () => {
    const checks: number[] = [];
    let well = false;
    const start = performance.now();
    const servers = createServers(['a'], async () => {
      checks.push(performance.now() - start);
      return well;
    });
    const [one, two] = [await servers.choose(wanted), await servers.choose(wanted)];
    one?.failed();
    two?.failed();
    const waiting = servers.choose(wanted);
    await vi.advanceTimersByTimeAsync(1_600);
    expect(checks).toEqual([100, 300, 700, 1500]);
    well = true;
    await vi.advanceTimersByTimeAsync(1_600);
    const lease = await waiting;
    expect(checks).toHaveLength(5);
    lease?.succeeded();
    (await servers.choose(wanted))?.failed();
    const again = servers.choose(wanted);
    await vi.advanceTimersByTimeAsync(100);
    expect((await again)?.url).toBe('a');
  });

  it('leaves a busy server alone for as long as it asked, without a check unless one is wanted', async () => {
    const ready = vi.fn(async () => true);
    const servers = createServers(['a'], ready);
    (await servers.choose(wanted))?.failed({ ms: 2_000, thenCheck: false });
    const waiting = servers.choose(wanted);
    const seen = vi.fn();
    void waiting.then(seen);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(seen).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    (await waiting)?.failed({ ms: 50, thenCheck: true });
    expect(ready).not.toHaveBeenCalled();
    const later = servers.choose(wanted);
    await vi.advanceTimersByTimeAsync(50);
    await later;
    expect(ready).toHaveBeenCalledOnce();
  });

  it('gives up when patience ends, at once when no pause ends before', async () => {
    const servers = createServers(['a'], async () => false);
    (await servers.choose(wanted))?.failed();
    const waiting = servers.choose({ ...wanted, patienceMs: 500 });
    await vi.advanceTimersByTimeAsync(500);
    expect(await waiting).toBeUndefined();
    const busy = createServers(['a'], async () => true);
    (await busy.choose(wanted))?.failed({ ms: 60_000, thenCheck: false });
    expect(await busy.choose({ ...wanted, patienceMs: 500 })).toBeUndefined();
  });

  it('checks a distrusted server before it gives it work', async () => {
    const ready = vi.fn(async () => true);
    const servers = createServers(['a'], ready);
    servers.distrust('a');
    expect((await servers.choose(wanted))?.url).toBe('a');
    expect(ready).toHaveBeenCalledOnce();
  });

  it('stops waiting when the stop is pulled', async () => {
    const pulled = createStop();
    const servers = createServers(['a'], async () => false);
    (await servers.choose(wanted))?.failed();
    const waiting = servers.choose({ ...wanted, stop: pulled });
    pulled.pull(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
