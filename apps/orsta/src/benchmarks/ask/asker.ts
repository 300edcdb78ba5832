/** Whoever answers questions: a local model, a server, or a model of the AI SDK. */
import type { Trajectory } from '@vtriune/trainer';
import type { QuestionImage } from '../contract.ts';

/** A question put to a model. */
export interface AskRequest {
  readonly id: string;
  /** Which of several attempts, from 0. */
  readonly attempt: number;
  readonly prompt: string;
  readonly images: readonly QuestionImage[];
}

/** An answer and what it cost. */
export interface Answer {
  readonly response: string;
  /** All turns, where the model may call tools; the response is then the last one. */
  readonly trajectory?: Trajectory;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** How an answer is made, the same for everyone. */
export interface GenerationSettings {
  readonly maxNewTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: number;
}

/** Answers batches of questions. */
export interface Asker {
  /** Name of the model, for the result. */
  readonly model: string;
  /** Questions in a batch. */
  readonly batchSize: number;
  /** Batches under way at a time. */
  readonly slots: number;
  /** One answer for each request, in their order. Throws `AskError` where trying again may help. */
  ask(requests: readonly AskRequest[], signal: AbortSignal): Promise<Answer[]>;
  close(): Promise<void>;
}

/** A failure that may pass: a server that is busy, a connection that broke. */
export class AskError extends Error {
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly retryAfter?: number } = {}) {
    super(message, options);
    this.name = 'AskError';
    this.retryAfter = options.retryAfter;
  }
}
