/**
 * Waiting, stopping and queueing. A stop is an abort signal for many listeners: hundreds of batches hang on one, and an AbortSignal
 * of Node warns of a leak from the eleventh on.
 */

/** Whether to stop, and why. */
export interface Stop {
  /** Throws the reason when it was stopped. */
  check(): void;
  /** Calls the listener when it is stopped, at once when it was; returns a function that takes the listener off. */
  on(listener: () => void): () => void;
}

/** A stop and the means to pull it; it can be pulled once. */
export interface StopSource extends Stop {
  pull(reason: unknown): void;
}

/** A stop that nobody has pulled yet. */
export function createStop(): StopSource {
  const listeners = new Set<() => void>();
  let pulled: { readonly reason: unknown } | undefined;
  return {
    check() {
      if (pulled !== undefined) throw pulled.reason;
    },
    on(listener) {
      if (pulled === undefined) listeners.add(listener);
      else listener();
      return () => void listeners.delete(listener);
    },
    pull(reason) {
      if (pulled !== undefined) return;
      pulled = { reason };
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
}

/** A stop that is pulled with another, or with a signal; it hangs on both until `release` is called. */
export function linkStop(parent: Stop, signal: AbortSignal | undefined): { stop: Stop; release: () => void } {
  const stop = createStop();
  const offParent = parent.on(() => {
    try {
      parent.check();
    } catch (reason) {
      stop.pull(reason);
    }
  });
  const onAbort = (): void => stop.pull(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted === true) onAbort();
  const release = (): void => {
    offParent();
    signal?.removeEventListener('abort', onAbort);
  };
  return { stop, release };
}

/** Resolves after `ms` milliseconds, or as soon as one of the stops is pulled; the caller looks at the stops. */
export function sleep(ms: number, ...stops: readonly Stop[]): Promise<void> {
  return new Promise((resolve) => {
    const offs: (() => void)[] = [];
    const done = (): void => {
      clearTimeout(timer);
      for (const off of offs) off();
      resolve();
    };
    // A timer counts whole milliseconds: rounded up, so that the time has come when it fires.
    const timer = setTimeout(done, Math.ceil(ms));
    for (const stop of stops) offs.push(stop.on(done));
  });
}

/** Runs at most `limit` tasks at once, in the order in which they came. */
export function createLimiter(limit: number): <Result>(task: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The place goes to the next in line without becoming free in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
