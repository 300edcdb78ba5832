/**
 * What happens to the items of one call: progress of their run, scoring, then count, metrics and observer. The same for our own route
 * and for every protocol adapter. Bodies and statuses are not here.
 */
import { at } from '@vtriune/format/at';
import type { FailedResult, Progress, RewardRequest, RewardResult } from '../contract.ts';
import type { ServiceLogger } from './logger.ts';
import type { ServiceMetrics } from './metrics.ts';
import type { RewardEvent, RewardObserver } from './observer.ts';
import { isRecord } from './protocols/items.ts';
import { resolveProgress, type RunReport } from './run-progress.ts';
import type { RunState } from './run-state.ts';
import type { Scorer } from './scoring.ts';
import { VerifierError } from '../errors.ts';

type Item = RewardRequest | FailedResult;

/** Items of one HTTP request. Requests have not been checked, and may be anything. */
export interface ScoreCall {
  readonly items: readonly Item[];
  /** Whether a protocol adapter made the items, and may have failed some. All others are requests, whatever they hold: a status of `failed` too. */
  readonly decoded: boolean;
  readonly run: string;
  readonly route: string;
  readonly requestId: string;
  /** When the HTTP request came, on the clock of `now`, milliseconds. */
  readonly arrived: number;
  /** Tells whether the caller is still there. */
  readonly signal: AbortSignal;
  /** The same on every try of one call, where the caller says it. */
  readonly key: string | undefined;
}

/** What it takes to score a call. */
export interface ScoreParts {
  readonly scorer: Scorer;
  readonly state: RunState;
  readonly metrics: ServiceMetrics;
  readonly observer: RewardObserver | undefined;
  readonly logger: ServiceLogger | undefined;
  readonly now: () => number;
}

/** One result for each item of a call, in order. Throws what the scorer throws. */
export async function scoreCall(call: ScoreCall, parts: ScoreParts): Promise<RewardResult[]> {
  const { scorer, state, metrics } = parts;
  const isRequest = (item: Item): item is RewardRequest => !call.decoded || !('status' in item);
  const report = await state.read(call.run);
  const items = call.items.map((item) => (isRequest(item) ? withProgress(item, report) : item));
  const scored = (await scorer.score(items.filter(isRequest))).values();
  const results = items.map((item, index) => (isRequest(item) ? withPlace(next(scored), item, index) : item));
  // A caller that has gone will ask again, here or elsewhere. What it never saw must not be counted beside what it then gets.
  if (call.signal.aborted) {
    metrics.countAbandoned(results.length);
    return results;
  }
  // An answer that was lost on its way is asked for again. What it held was counted when it was sent.
  // An item that a protocol adapter could not read is a response of the trainer's step all the same.
  if (!(await state.count(call.run, items.filter(isTraining).length, call.key))) {
    metrics.countRepeated(results.length);
    return results;
  }
  metrics.countResults(results);
  await tellObserver(call, parts, { items, results });
  if (call.key !== undefined) await state.confirm(call.run, call.key);
  return results;
}

function next(results: Iterator<RewardResult, undefined>): RewardResult {
  const { value } = results.next();
  if (value === undefined)
    throw new VerifierError(
      'verifier_error',
      'The scorer gave fewer results than it had requests. It must give one for each, in their order.',
    );
  return value;
}

function isTraining(item: unknown): boolean {
  return isRecord(item) && item['split'] !== 'test';
}

// An item without an id is named by its place in the answer, in which failures of the protocol adapter have places too.
function withPlace(result: RewardResult, request: unknown, index: number): RewardResult {
  return isRecord(request) && typeof request['id'] === 'string' ? result : { ...result, id: `#${index}` };
}

function withProgress(request: RewardRequest, run: RunReport | undefined): RewardRequest {
  if (!isTraining(request)) return request;
  const own: Partial<Progress> | null | undefined = request.progress;
  if (own?.step !== undefined && own.total_steps !== undefined) return request;
  const progress = resolveProgress(run, isRecord(own) ? own : undefined);
  return progress === undefined ? request : { ...request, progress };
}

async function tellObserver(
  { run, route, requestId, arrived }: ScoreCall,
  { observer, logger, metrics, now }: ScoreParts,
  { items, results }: { items: readonly Item[]; results: readonly RewardResult[] },
): Promise<void> {
  if (observer === undefined || results.length === 0) return;
  const latencyMs = now() - arrived;
  const events = results.map((result, index): RewardEvent => {
    return { run, route, requestId, request: readable(at(items, index), result), result, latencyMs };
  });
  try {
    await observer(events);
  } catch (error) {
    metrics.countObserverError();
    logger?.error({ requestId, error: error instanceof Error ? error.message : String(error) }, 'results could not be recorded');
  }
}

// An observer is given a request, also where the caller sent something else.
function readable(item: unknown, { id, data_source, verifier }: RewardResult): RewardRequest {
  if (!isRecord(item)) return { id, data_source, verifier, response: '', ground_truth: null };
  const { response, ground_truth = null } = item;
  const whole = typeof item['id'] === 'string' && typeof item['data_source'] === 'string' && typeof item['verifier'] === 'string';
  if (whole && typeof response === 'string' && 'ground_truth' in item) return item as RewardRequest;
  return { id, data_source, verifier, response: typeof response === 'string' ? response : '', ground_truth };
}
