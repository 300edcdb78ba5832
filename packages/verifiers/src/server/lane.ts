/**
 * One of the pool's lanes: has one chunk in a worker thread at a time and says how it ended. A running function can only be
 * stopped by ending its thread, so `end` does that; when it is called is decided in `watch.ts`. Requests and results go between the
 * threads as JSON, which for many small objects is less work than a structured clone, and the text of a result is needed anyway.
 */
import type { Piscina } from 'piscina';
import type { RewardRequest, RewardResult } from '../contract.ts';
import { createBeacon, monotonicMs, NOT_STARTED, type Beacon } from './beacon.ts';
import type { ChunkOutcome } from './chunks.ts';
import type { ChunkJob } from './score-worker.ts';
import type { EndReason, Watched, WatchLimits } from './watch.ts';

/** Milliseconds after which a worker begins no further item of its chunk, so that slow chunks are spread again. */
const BUDGET_MS = 100;

/** How a chunk ended; `lost` tells that its thread did too. */
export interface LaneReport {
  readonly outcome: ChunkOutcome;
  readonly lost: boolean;
}

/** A lane; `run` is called again only after the last one settled, and never rejects. */
export interface Lane extends Watched {
  run(requests: readonly RewardRequest[]): Promise<LaneReport>;
}

interface Flight {
  readonly beacon: Beacon;
  readonly requests: readonly RewardRequest[];
  readonly posted: number;
  ended?: { readonly reason: EndReason; readonly index: number };
}

/** A lane of this pool. */
export function createLane(piscina: Piscina, limits: WatchLimits): Lane {
  let flight: Flight | undefined;
  // Used until it has ended a thread.
  let controller = new AbortController();
  const run = async (requests: readonly RewardRequest[]): Promise<LaneReport> => {
    const beacon = createBeacon();
    beacon.mark(NOT_STARTED);
    const text = toJson(requests);
    if (text === undefined) return { outcome: notData(requests), lost: false };
    const current: Flight = { beacon, requests, posted: monotonicMs() };
    flight = current;
    const job: ChunkJob = { requests: text, beacon: beacon.memory, budgetMs: Math.min(BUDGET_MS, limits.deadlineMs) };
    try {
      const texts = (await piscina.run(job, { name: 'scoreChunk', signal: controller.signal })) as string[];
      return { outcome: { kind: 'scored', scores: { results: texts.map(readResult), texts } }, lost: false };
    } catch (error) {
      const { index, code, message } = explain(error, current, limits);
      return { outcome: { kind: 'ended', current: index, code, message }, lost: true };
    } finally {
      flight = undefined;
    }
  };
  return {
    run,
    flight: () =>
      flight === undefined || flight.ended !== undefined
        ? undefined
        : { posted: flight.posted, index: flight.beacon.index(), since: flight.beacon.since() },
    end: (reason, index) => {
      if (flight === undefined || flight.ended !== undefined) return;
      flight.ended = { reason, index };
      controller.abort();
      controller = new AbortController();
    },
  };
}

interface Explanation {
  readonly index: number;
  readonly code: 'timeout' | 'verifier_error';
  readonly message: string;
}

function explain(error: unknown, { ended, beacon, requests }: Flight, limits: WatchLimits): Explanation {
  const index = ended?.index ?? beacon.index();
  const name = nameOf(requests[index]);
  const memory = ended?.reason === 'memory' || (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY');
  if (ended?.reason === 'deadline') {
    const message = `Verifier ${name} gave no answer within ${limits.deadlineMs} ms, and its worker was ended. Make it faster, or raise the deadline of the service (deadlineMs).`;
    return { index, code: 'timeout', message };
  }
  if (ended?.reason === 'start') {
    const message = `A worker did not load its verifiers within ${limits.startMs} ms. Make the plug-ins load faster, or raise startMs.`;
    return { index, code: 'verifier_error', message };
  }
  const reason = error instanceof Error ? error.message : String(error);
  const message = memory
    ? `Verifier ${name} took more than ${limits.memoryMb} MB of memory, and its worker was ended. Make it need less, or raise memoryMb of the service.`
    : `Verifier ${name} ended its worker (${reason}). A verifier must return or throw.`;
  return { index, code: 'verifier_error', message };
}

// The request may be anything, also nothing.
function nameOf(request: Partial<RewardRequest> | null | undefined): string {
  return `"${String(request?.verifier)}"`;
}

// It was made by `score` in the worker.
function readResult(text: string): RewardResult {
  return JSON.parse(text) as RewardResult;
}

// A BigInt or a circle in a request: no worker had the chunk. The items are tried one by one to find which it is.
function notData(requests: readonly RewardRequest[]): ChunkOutcome {
  const current = requests.findIndex((request) => toJson(request) === undefined);
  const message =
    'The request cannot be written as JSON: it holds a BigInt, an object within itself, or too many lists or objects within each other. Send what JSON can hold, fewer than a thousand deep.';
  return { kind: 'ended', current, code: 'invalid_request', message };
}

function toJson(value: unknown): string | undefined {
  try {
    // A function or the like has no text, and a list of requests has null in its place.
    return JSON.stringify(value ?? null);
  } catch {
    return undefined;
  }
}
