/** Entry of a rank's worker thread: selects the backend, builds the replica and serves calls one at a time. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { selectBackend } from '../backend/select-backend.ts';
import { abortShared, sharedCollective } from '../collective/shared-memory.ts';
import { TrainerError } from '../errors.ts';
import { algorithms, importTrainerPlugins } from '../plugins.ts';
import { nameMemoryFault } from './memory-fault.ts';
import type { RankCall, RankCalls, RankReply, RankStart } from './rank-messages.ts';
import { createReplica } from './replica.ts';
import { fromMessages, toMessages } from './tensor-messages.ts';

const port = driverPort();
const start = workerData as RankStart;

function driverPort(): MessagePort {
  if (parentPort !== null) return parentPort;
  throw new TrainerError(
    'rank_failed',
    'rank-worker is the entry of a worker thread and cannot be run by itself. Use createParallelEngine.',
  );
}

function send(reply: RankReply): void {
  port.postMessage(reply);
}

async function main(): Promise<void> {
  const backend = await selectBackend(start.backend === undefined ? {} : { prefer: start.backend });
  const { objectives } = algorithms(await importTrainerPlugins(start.plugins));
  const replica = createReplica({
    ...start.replica,
    parameters: fromMessages(start.replica.parameters),
    objectives,
    collective: sharedCollective(start.region, start.rank),
  });
  const calls: RankCalls = {
    ...replica,
    snapshot: () => {
      const snapshot = replica.snapshot();
      return { ...snapshot, parameters: toMessages(snapshot.parameters) };
    },
    restore: (snapshot) => replica.restore({ ...snapshot, parameters: fromMessages(snapshot.parameters) }),
  };
  port.on('message', (call: RankCall) => {
    try {
      send({ kind: 'result', id: call.id, value: invoke(calls, call) });
    } catch (error) {
      abortShared(start.region);
      fail(call.id, error);
    }
  });
  send({ kind: 'ready', backend });
}

function invoke(calls: RankCalls, call: RankCall): unknown {
  const method = calls[call.method] as (...parameters: readonly unknown[]) => unknown;
  return method(...call.parameters);
}

function fail(id: number, thrown: unknown): void {
  const error = nameMemoryFault(thrown);
  if (error instanceof TrainerError) send({ kind: 'error', id, code: error.code, message: error.message });
  else send({ kind: 'error', id, code: 'rank_failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

main().catch((error: unknown) => {
  fail(-1, error);
});
