/**
 * What the service counts about itself, for Prometheus, in a registry of its own. Names of sources and verifiers come from outside,
 * so only the first ones get a label value of their own. Training curves are not here: those go to the observer.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RewardResult } from '../contract.ts';
import type { ScorerStats } from './scoring.ts';

/** The counters of one service. */
export interface ServiceMetrics {
  /** Results that were answered to a caller. */
  countResults(results: readonly RewardResult[]): void;
  /** Results whose caller was gone by then; they are in no other count. */
  countAbandoned(items: number): void;
  /** Results of calls that were counted before, whose caller asked again; they are in no other count. */
  countRepeated(items: number): void;
  countObserverError(): void;
  countRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  /** The page in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Label values of their own; what comes after them is `other`. */
const MAX_VALUES = 200;
const MAX_LENGTH = 120;

/** At most `MAX_VALUES` different values, the first that come; `other` for all later ones. */
export function createBoundedLabel(known: readonly string[] = []): (value: string) => string {
  const values = new Set(known);
  return (value) => {
    if (values.has(value)) return value;
    if (values.size >= MAX_VALUES || value.length > MAX_LENGTH) return 'other';
    values.add(value);
    return value;
  };
}

/** Counters at zero. */
export function createServiceMetrics(stats: () => ScorerStats): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  const rewards = new Counter({
    name: 'vtriune_rewards_total',
    help: 'Results answered, scored and failed',
    labelNames: ['verifier', 'source', 'status', 'code'],
    registers,
  });
  const itemSeconds = new Histogram({
    name: 'vtriune_reward_seconds',
    help: 'Time of a scored item in its verifier',
    buckets: [0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'vtriune_http_request_seconds',
    help: 'Time from the arrival of a request to its answer, by route',
    labelNames: ['route'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    registers,
  });
  const requests = new Counter({
    name: 'vtriune_http_requests_total',
    help: 'HTTP requests',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const abandoned = new Counter({ name: 'vtriune_abandoned_items_total', help: 'Results whose caller was gone', registers });
  const repeated = new Counter({
    name: 'vtriune_repeated_items_total',
    help: 'Results of calls that came again with their key',
    registers,
  });
  const observerErrors = new Counter({ name: 'vtriune_observer_errors_total', help: 'Calls of the observer that threw', registers });
  addPoolGauges(registry, stats);
  const verifierLabel = createBoundedLabel();
  const sourceLabel = createBoundedLabel();
  const labelsOf = (result: RewardResult) => ({
    verifier: verifierLabel(result.verifier),
    source: sourceLabel(result.data_source),
    status: result.status,
    code: result.status === 'failed' ? result.error.code : '',
  });
  return {
    countResults: (results) => {
      for (const group of groupByKind(results)) rewards.inc(labelsOf(group.first), group.count);
      for (const result of results) if (result.status === 'scored') itemSeconds.observe(result.elapsed_ms / 1000);
    },
    countAbandoned: (items) => abandoned.inc(items),
    countRepeated: (items) => repeated.inc(items),
    countObserverError: () => observerErrors.inc(),
    countRequest: ({ method, route, status, seconds }) => {
      requests.inc({ method, route, status: String(status) });
      requestSeconds.observe({ route }, seconds);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

// Adding once for each kind of result, and not for each result, is several times cheaper.
function groupByKind(results: readonly RewardResult[]): Iterable<{ first: RewardResult; count: number }> {
  const groups = new Map<string, { first: RewardResult; count: number }>();
  for (const result of results) {
    // Names may hold any character, so that only a length tells where one ends.
    const key = `${result.verifier.length} ${result.verifier}${result.data_source}\n${result.status === 'failed' ? result.error.code : ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: result, count: 1 });
    else group.count += 1;
  }
  return groups.values();
}

function addPoolGauges(registry: Registry, stats: () => ScorerStats): void {
  const registers = [registry];
  const gauges = [
    ['vtriune_queued_items', 'Items that wait for a worker', 'queued'],
    ['vtriune_running_items', 'Items that a worker has', 'running'],
    ['vtriune_workers', 'Worker threads', 'workers'],
  ] as const;
  for (const [name, help, member] of gauges) {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(stats()[member]) });
  }
  let seen = 0;
  const replaced: Counter = new Counter({
    name: 'vtriune_workers_replaced_total',
    help: 'Workers that were ended (deadline, memory, crash) and replaced',
    registers,
    collect: () => {
      const now = stats().replaced;
      replaced.inc(Math.max(0, now - seen));
      seen = now;
    },
  });
}
