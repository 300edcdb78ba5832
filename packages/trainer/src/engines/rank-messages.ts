import type { SharedRegion } from '../collective/shared-memory.ts';
import type { TrainerErrorCode } from '../errors.ts';
import type { BackendName, BackendReport } from '../backend/select-backend.ts';
import type { Replica, ReplicaOptions } from './replica.ts';
import type { SnapshotMessage, TensorMessage } from './tensor-messages.ts';

/** What a rank's worker thread is started with. */
export interface RankStart {
  rank: number;
  region: SharedRegion;
  backend: readonly BackendName[] | undefined;
  /** URLs of modules with further objectives. */
  plugins: readonly string[];
  replica: Omit<ReplicaOptions, 'collective' | 'objectives' | 'parameters'> & { parameters: Map<string, TensorMessage> };
}

/** What a rank can be asked from another thread: what its replica does, with snapshots as messages. */
export interface RankCalls extends Omit<Replica, 'snapshot' | 'restore' | 'dispose'> {
  snapshot(): SnapshotMessage;
  restore(snapshot: SnapshotMessage): void;
}

/** Name of such a call. */
export type RankMethod = keyof RankCalls;

/** A call to a rank. */
export interface RankCall {
  id: number;
  method: RankMethod;
  parameters: readonly unknown[];
}

/** What a rank sends back: that it is ready, a result, or an error that keeps its code. */
export type RankReply =
  | { kind: 'ready'; backend: BackendReport }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; code: TrainerErrorCode; message: string };

/** Parameters of a call. */
export type RankParameters<M extends RankMethod> = Parameters<RankCalls[M]>;

/** Result of a call. */
export type RankResult<M extends RankMethod> = ReturnType<RankCalls[M]>;
