/**
 * Which server gets the next batch: the one with the fewest items in flight among those that are well. One that failed is left alone for a
 * pause that doubles with every failure, and is asked whether it is ready before it gets work again. Left out: weights, and
 * discovering servers; the list is what the caller gave.
 */
import { createStop, sleep, type Stop } from './wait.ts';

/** A server that was given a batch. Exactly one of the three is called, once, when the batch is through with it. */
export interface Lease {
  readonly url: string;
  /** It answered with rewards. */
  succeeded(): void;
  /** It gave no rewards: it is excluded for a growing pause, or does no more than wait for as long as it asked. */
  failed(asked?: Pause): void;
  /** The batch ended in a way that says nothing about the server. */
  released(): void;
}

/** How long a server wants to be left alone, and whether it must then say that it is ready. */
export interface Pause {
  readonly ms: number;
  readonly thenCheck: boolean;
}

/** The servers of one client. */
export interface Servers {
  /**
   * The least loaded server that is well, one of `avoid` only if there is no other. Waits while all are paused or ill; `undefined` when none
   * can be had within `patienceMs`. Throws the reason of the stop when that is pulled.
   */
  choose(wanted: { items: number; avoid: ReadonlySet<string>; patienceMs: number; stop: Stop }): Promise<Lease | undefined>;
  /** It must say that it is ready before it gets more work. */
  distrust(url: string): void;
}

const FIRST_PAUSE_MS = 100;
// A server that was restarted is found within this time, however long it was away.
const LONGEST_PAUSE_MS = 3_000;

interface Server {
  readonly url: string;
  /** Items sent and not answered yet. */
  inFlight: number;
  /** Failures and failed checks since it last gave rewards; they decide how long the next pause is. */
  failures: number;
  /** Gets no work before this time, milliseconds of `performance.now`. */
  pausedUntil: number;
  suspect: boolean;
  /** When it was last chosen, so that equals take turns. */
  turn: number;
  check: Promise<void> | undefined;
}

/** The servers at these addresses. `isReady` asks one of them; it must not throw. */
export function createServers(
  urls: readonly string[],
  isReady: (url: string) => Promise<boolean>,
  onOutage: (message: string) => void = () => undefined,
): Servers {
  const servers = urls.map((url): Server => ({ url, inFlight: 0, failures: 0, pausedUntil: 0, suspect: false, turn: 0, check: undefined }));
  let turn = 0;
  const outage = createOutage(servers, onOutage);
  const take = (items: number, avoid: ReadonlySet<string>): Lease | undefined => {
    const best = leastLoaded(servers, avoid);
    if (best === undefined) return undefined;
    best.turn = ++turn;
    best.inFlight += items;
    return leaseOf(best, items);
  };
  return {
    async choose({ items, avoid, patienceMs, stop }) {
      const deadline = performance.now() + patienceMs;
      for (;;) {
        stop.check();
        startChecks(servers, isReady);
        const lease = take(items, avoid);
        const left = deadline - performance.now();
        if (lease !== undefined) outage.over();
        if (lease !== undefined || left <= 0) return lease;
        if (servers.every(({ pausedUntil }) => pausedUntil > deadline)) return undefined;
        outage.report();
        await someChange(servers, left, stop);
      }
    },
    distrust(url) {
      const server = servers.find((candidate) => candidate.url === url);
      if (server !== undefined) server.suspect = true;
    },
  };
}

const REPORT_MS = 10_000;

/** Says what the client waits for: once a second has gone by, and then every ten. */
function createOutage(servers: readonly Server[], onOutage: (message: string) => void): { report(): void; over(): void } {
  let began: number | undefined;
  let reported = -Infinity;
  return {
    report: () => {
      const now = performance.now();
      began ??= now;
      if (now - began < 1000 || now - reported < REPORT_MS) return;
      reported = now;
      const names = servers.map(({ url }) => url).join(', ');
      onOutage(`No reward server has taken work for ${Math.round((now - began) / 1000)} s. Waiting for ${names}.`);
    },
    over: () => {
      began = undefined;
    },
  };
}

function leastLoaded(servers: readonly Server[], avoid: ReadonlySet<string>): Server | undefined {
  const now = performance.now();
  const well = servers.filter(({ suspect, pausedUntil }) => !suspect && pausedUntil <= now);
  const fresh = well.filter(({ url }) => !avoid.has(url));
  const [best] = (fresh.length > 0 ? fresh : well).sort((a, b) => a.inFlight - b.inFlight || a.turn - b.turn);
  return best;
}

function leaseOf(server: Server, items: number): Lease {
  return {
    url: server.url,
    succeeded() {
      server.inFlight -= items;
      server.failures = 0;
    },
    failed(asked) {
      server.inFlight -= items;
      if (asked === undefined) {
        exclude(server);
      } else {
        server.pausedUntil = Math.max(server.pausedUntil, performance.now() + asked.ms);
        server.suspect ||= asked.thenCheck;
      }
    },
    released() {
      server.inFlight -= items;
    },
  };
}

// Batches that were on their way when it failed say nothing new: they must not double the pause again.
function exclude(server: Server): void {
  if (server.suspect) return;
  server.suspect = true;
  lengthen(server);
}

function lengthen(server: Server): void {
  server.pausedUntil = performance.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** server.failures);
  server.failures += 1;
}

function startChecks(servers: readonly Server[], isReady: (url: string) => Promise<boolean>): void {
  for (const server of servers) {
    if (server.suspect && server.check === undefined && server.pausedUntil <= performance.now()) server.check = check(server, isReady);
  }
}

async function check(server: Server, isReady: (url: string) => Promise<boolean>): Promise<void> {
  const ready = await isReady(server.url);
  server.check = undefined;
  if (ready) server.suspect = false;
  else lengthen(server);
}

// Until the first pause ends or the first check is through, but no longer than `ms`.
async function someChange(servers: readonly Server[], ms: number, stop: Stop): Promise<void> {
  const now = performance.now();
  // A pause may have ended since the checks were started: then there is nothing to wait for. Timers cut fractions of a millisecond off.
  const pauses = servers
    .filter(({ check: running }) => running === undefined)
    .map((server) => Math.max(0, Math.ceil(server.pausedUntil - now)));
  const checks = servers.flatMap(({ check: running }) => running ?? []);
  const over = createStop();
  try {
    await Promise.race([...checks, sleep(Math.min(ms, ...pauses), stop, over)]);
  } finally {
    over.pull(undefined);
  }
}
