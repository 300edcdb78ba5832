/**
 * An engine of several ranks, each a worker thread with its own backend and replica. Prompts and rows are dealt out to the ranks; gradients
 * are summed through shared memory, so that N ranks take the step that one rank would take with the whole batch.
 */
import { Worker } from 'node:worker_threads';
import { at } from '@vtriune/format/at';
import type { BackendName } from '../backend/select-backend.ts';
import { createSharedRegion, abortShared } from '../collective/shared-memory.ts';
import { TrainerError } from '../errors.ts';
import type { Engine, EngineSnapshot } from './engine.ts';
import type { RankMethod, RankParameters, RankReply, RankResult, RankStart } from './rank-messages.ts';
import type { ReplicaOptions } from './replica.ts';
import { dealRows } from './deal-rows.ts';
import { fromMessages, toMessages } from './tensor-messages.ts';

/** Options of a parallel engine. */
export interface ParallelEngineOptions extends Omit<ReplicaOptions, 'collective' | 'objectives'> {
  ranks: number;
  /** Backends to try, in order; the default order where absent. */
  backend?: readonly BackendName[];
  /** URLs of modules with further objectives; every rank imports them. */
  plugins?: readonly string[];
  /** File of the worker's entry, beside the built package. */
  workerUrl?: URL;
}

interface Rank {
  call<M extends RankMethod>(method: M, ...parameters: RankParameters<M>): Promise<RankResult<M>>;
  close(): Promise<void>;
}

const EXCHANGE_FLOATS = 1 << 20;

/** Starts the ranks. Throws `rank_failed` or the rank's own error when one cannot start. */
export async function createParallelEngine(options: ParallelEngineOptions): Promise<Engine> {
  const { ranks: size, backend, plugins = [], workerUrl = new URL('./rank-worker.js', import.meta.url), ...rest } = options;
  const replica = { ...rest, parameters: toMessages(rest.parameters) };
  const region = createSharedRegion(size, EXCHANGE_FLOATS);
  const start = (rank: number): Promise<Rank> => startRank(workerUrl, { rank, region, backend, plugins, replica });
  const ranks = await startAll(Array.from({ length: size }, (_, rank) => start(rank)));
  const all = <T>(work: (rank: Rank, index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(ranks.map(work)).catch((error: unknown) => {
      abortShared(region);
      throw error;
    });
  return {
    config: options.config,
    ranks: size,
    encodeImages: async (images) => (await all((rank, i) => rank.call('encodeImages', shareOf(images, i, size)))).flat(),
    generate: async (prompts, generation) => (await all((rank, i) => rank.call('generate', shareOf(prompts, i, size), generation))).flat(),
    scoreTargets: async (rows, temperature) => {
      const hands = dealRows(rows, size).map((indexes) => indexes.map((index) => ({ index, row: at(rows, index) })));
      const scores = await all((rank, i) =>
        rank.call(
          'scoreTargets',
          at(hands, i).map(({ row }) => row),
          temperature,
        ),
      );
      const inOrder: Float32Array[] = [];
      hands.forEach((hand, i) => hand.forEach(({ index }, place) => (inOrder[index] = at(at(scores, i), place))));
      return inOrder;
    },
    update: async (request) => {
      const hands = dealRows(request.rows, size);
      const reports = await all((rank, i) =>
        rank.call('update', { ...request, rows: at(hands, i).map((index) => at(request.rows, index)) }),
      );
      return first(reports);
    },
    snapshot: async () => {
      const snapshot = await first(ranks).call('snapshot');
      return { ...snapshot, parameters: fromMessages(snapshot.parameters) };
    },
    restore: async (snapshot: EngineSnapshot) => {
      const message = { ...snapshot, parameters: toMessages(snapshot.parameters) };
      await all((rank) => rank.call('restore', message));
    },
    close: async () => {
      await Promise.all(ranks.map((rank) => rank.close()));
    },
  };
}

/** The part of a list that a rank works on: equal shares, in order. */
function shareOf<T>(items: readonly T[], rank: number, ranks: number): T[] {
  const share = Math.ceil(items.length / ranks);
  return items.slice(rank * share, (rank + 1) * share);
}

function first<T>(items: readonly T[]): T {
  const item = items[0];
  if (item === undefined) throw new TrainerError('invalid_config', 'An engine needs at least one rank; set trainer.ranks to 1 or more.');
  return item;
}

/** All ranks, or none: where one cannot start, the others are ended, so that they do not keep the process alive. */
async function startAll(starting: readonly Promise<Rank>[]): Promise<Rank[]> {
  const started = await Promise.allSettled(starting);
  const ranks = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return ranks;
  await Promise.all(ranks.map((rank) => rank.close()));
  throw failed.reason;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

function startRank(url: URL, data: RankStart): Promise<Rank> {
  const worker = new Worker(url, { workerData: data });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  // Why the worker ended; a later call must not wait for an answer that cannot come.
  let ended: Error | undefined;
  const failAll = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const rank: Rank = {
    call: (method, ...parameters) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, method, parameters });
      }),
    close: async () => {
      await worker.terminate();
    },
  };
  return new Promise((resolve, reject) => {
    const failStart = (error: Error): void => {
      reject(error);
      void worker.terminate();
    };
    waiting.set(-1, { resolve: () => resolve(rank), reject: failStart });
    worker.on('message', (reply: RankReply) => {
      const id = reply.kind === 'ready' ? -1 : reply.id;
      const entry = waiting.get(id);
      waiting.delete(id);
      if (reply.kind === 'error') entry?.reject(new TrainerError(reply.code, `Rank ${String(data.rank)}: ${reply.message}`));
      else entry?.resolve(reply.kind === 'result' ? reply.value : undefined);
    });
    worker.on('error', (error) => {
      abortShared(data.region);
      failAll(
        new TrainerError('rank_failed', `Rank ${String(data.rank)} stopped: ${String(error)}. Resume from the last checkpoint.`, {
          cause: error,
        }),
      );
    });
    worker.on('exit', (code) => {
      abortShared(data.region);
      failAll(
        new TrainerError('rank_failed', `Rank ${String(data.rank)} ended with code ${String(code)}. Resume from the last checkpoint.`),
      );
    });
  });
}
