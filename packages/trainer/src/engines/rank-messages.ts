import type { SharedRegion } from '../collective/shared-memory.ts';
import type { TrainerErrorCode } from '../errors.ts';
import type { BackendName, BackendReport } from '../backend/select-backend.ts';
import type { Replica, ReplicaOptions } from './replica.ts';

/** What a rank's worker thread is started with. */
export interface RankStart {
  rank: number;
  region: SharedRegion;
  backend: readonly BackendName[] | undefined;
  /** URLs of modules with further objectives. */
  plugins: readonly string[];
  replica: Omit<ReplicaOptions, 'collective' | 'objectives'>;
}

/** Replica methods that can be called across threads. */
export type RankMethod = 'encodeImages' | 'generate' | 'scoreTargets' | 'update' | 'snapshot' | 'restore';

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

/** Parameters of a replica method. */
export type RankParameters<M extends RankMethod> = Parameters<Replica[M]>;

/** Result of a replica method. */
export type RankResult<M extends RankMethod> = ReturnType<Replica[M]>;
