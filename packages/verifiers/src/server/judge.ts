/**
 * The way of a call's items through the service: progress from the step clock, scoring, then clock, metrics and observer. The same
 * for our own route and for every wire; bodies and statuses are not here.
 */
import type { FailedResult, Progress, RewardRequest, RewardResult } from '../contract.ts';
import { failedResult } from './chunks.ts';
import type { StepClock } from './clock.ts';
import { createCountedCalls } from './counted-calls.ts';
import type { ServiceLogger } from './logger.ts';
import type { ServiceMetrics } from './metrics.ts';
import type { RewardEvent, RewardObserver } from './observer.ts';
import type { Scorer, Scores } from './scoring.ts';

/** Items of one HTTP request. Requests have not been checked, and may be anything. */
export interface JudgeCall {
  readonly items: readonly (RewardRequest | FailedResult)[];
  /** Whether a wire made the items, and may have failed some. All others are requests, whatever they hold: a status of `failed` too. */
  readonly decoded: boolean;
  readonly run: string;
  readonly route: string;
  readonly requestId: string;
  /** On the clock of `now`, milliseconds. */
  readonly arrived: number;
  /** Tells whether the caller is still there. */
  readonly signal: AbortSignal;
  /** The same on every try of one call, where the caller says it. */
  readonly key: string | undefined;
}

/** What it takes to judge. */
export interface JudgeParts {
  readonly scorer: Scorer;
  readonly clock: StepClock;
  readonly metrics: ServiceMetrics;
  readonly observer: RewardObserver | undefined;
  readonly logger: ServiceLogger | undefined;
  readonly now: () => number;
}

/** Results for the items of a call, in their order. Throws what the scorer throws. */
export function createJudge(parts: JudgeParts): (call: JudgeCall) => Promise<Scores> {
  const { scorer, clock, metrics } = parts;
  const counted = createCountedCalls();
  return async (call) => {
    const isRequest = call.decoded ? hasNotFailed : isAny;
    const items = call.items.map(withProgress(clock, call.run, isRequest));
    const scores = await scorer.score(items.filter(isRequest));
    const judged = joinFailures(items, scores, isRequest);
    const { results } = judged;
    // A caller that has gone will ask again, there or elsewhere: what it never saw must not be counted beside what it then gets.
    if (call.signal.aborted) {
      metrics.countAbandoned(results.length);
      return judged;
    }
    // An answer that was lost on its way is asked for again: what it held was counted when it was sent.
    if (call.key !== undefined && !counted.claim(call.run, call.key)) {
      metrics.countRepeated(results.length);
      return judged;
    }
    // What a wire could not read is none the less a response of the trainer's step.
    const trained = items.filter(isTraining).length;
    if (trained > 0) clock.count(call.run, trained);
    metrics.countResults(results);
    await tellObserver(parts, call, { items, judged });
    return judged;
  };
}

/** What was scored, and between it what had failed before, each in its place and under its name. */
function joinFailures(items: readonly (RewardRequest | FailedResult)[], { results, texts }: Scores, isRequest: IsRequest): Scores {
  const joined: { results: RewardResult[]; texts: string[] } = { results: [], texts: [] };
  let next = 0;
  for (const [index, item] of items.entries()) {
    const place = isRequest(item) ? next++ : -1;
    const result = isRequest(item) ? named(results[place], item, index) : item;
    joined.results.push(result);
    joined.texts.push((result === results[place] ? texts[place] : undefined) ?? JSON.stringify(result));
  }
  return joined;
}

type IsRequest = (item: RewardRequest | FailedResult) => item is RewardRequest;

const hasNotFailed: IsRequest = (item): item is RewardRequest => !('status' in item);
const isAny: IsRequest = (_item): _item is RewardRequest => true;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTraining(item: unknown): boolean {
  return isRecord(item) && item['split'] !== 'test';
}

// An item that its own call could not name is named by its place in the answer, failures of the wire included.
function named(result: RewardResult | undefined, request: RewardRequest, index: number): RewardResult {
  if (result === undefined) return failedResult(request, 'verifier_error', 'The scorer gave no result for this item.');
  return result.id.startsWith('#') && !(isRecord(request) && typeof request['id'] === 'string') ? { ...result, id: `#${index}` } : result;
}

function withProgress(
  clock: StepClock,
  run: string,
  isRequest: IsRequest,
): (item: RewardRequest | FailedResult) => RewardRequest | FailedResult {
  const ofRun = clock.resolve(run, undefined);
  return (item) => {
    if (!isRequest(item) || !isTraining(item)) return item;
    const own: Partial<Progress> | null | undefined = item.progress;
    if (own?.step !== undefined && own.total_steps !== undefined) return item;
    const progress = isRecord(own) ? clock.resolve(run, own) : ofRun;
    return progress === undefined ? item : { ...item, progress };
  };
}

async function tellObserver(
  { observer, logger, metrics, now }: JudgeParts,
  { run, route, requestId, arrived }: JudgeCall,
  { items, judged }: { items: readonly (RewardRequest | FailedResult)[]; judged: Scores },
): Promise<void> {
  if (observer === undefined || judged.results.length === 0) return;
  const latencyMs = now() - arrived;
  const events = judged.results.map((result, index): RewardEvent => {
    return { run, route, requestId, request: readable(items[index], result), result, resultText: judged.texts[index] ?? '', latencyMs };
  });
  try {
    const kept = observer(events);
    // Without a promise nothing is to be waited for, not even a turn of the event loop.
    if (kept instanceof Promise) await kept;
  } catch (error) {
    metrics.countObserverError();
    logger?.error({ requestId, error: error instanceof Error ? error.message : String(error) }, 'the observer threw');
  }
}

// What an observer is given is a request, also where the caller sent something else.
function readable(item: unknown, result: RewardResult): RewardRequest {
  const { id, data_source, verifier } = result;
  if (!isRecord(item)) return { id, data_source, verifier, response: '', ground_truth: null };
  const { response = '', ground_truth = null } = item;
  const whole = typeof item['id'] === 'string' && typeof item['data_source'] === 'string' && typeof item['verifier'] === 'string';
  if (whole && typeof item['response'] === 'string' && 'ground_truth' in item) return item as RewardRequest;
  return { id, data_source, verifier, response: typeof response === 'string' ? response : '', ground_truth };
}
