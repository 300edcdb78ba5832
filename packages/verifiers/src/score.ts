/**
 * Scores requests in this process. Items do not affect each other: whatever goes wrong with one becomes its own `failed` result.
 * No deadline is set here, because a running function cannot be stopped from inside; services that need one run this in a
 * worker they can terminate.
 */
import { at } from '@vtriune/format/at';
import { Ajv } from 'ajv';
import { builtins } from './builtins/builtins.ts';
import { RewardRequest, type FailedResult, type FailureCode, type RewardTerm, type RewardResult } from './contract.ts';
import { describeErrors } from './define-verifier.ts';
import { VerifierError } from './errors.ts';
import { createRegistry, type Registry } from './registry.ts';
import type { Verifier, VerifierOutcome } from './verifier.ts';

/** Which verifiers there are, and the clock. */
export interface ScoreOptions {
  /** The built-in verifiers when absent. */
  readonly registry?: Registry;
  /** Milliseconds from any origin, for `elapsed_ms`; `performance.now` when absent. */
  readonly now?: () => number;
}

interface Scored {
  readonly reward: number;
  readonly components: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Record<string, number>>;
}

const checkRequest = new Ajv({ strict: false, strictNumbers: true, validateSchema: false }).compile<RewardRequest>(RewardRequest);
const builtinRegistry = createRegistry(builtins);

/**
 * Scores every request, in order. Reward = (accuracy_ratio x accuracy + format_ratio x format) / (accuracy_ratio + format_ratio),
 * with the ratios 1 and 0 when absent; with `rewards`, the weighted mean over its entries, and one failed entry fails the item.
 *
 * Never throws for a bad item. An item whose `id` cannot be read is returned with the id `#<index>`.
 */
export async function score(requests: readonly RewardRequest[], options: ScoreOptions = {}): Promise<RewardResult[]> {
  const { registry = builtinRegistry, now = () => performance.now() } = options;
  return Promise.all(requests.map((request, index) => scoreOne({ request, index, registry, now })));
}

async function scoreOne(job: { request: unknown; index: number; registry: Registry; now: () => number }): Promise<RewardResult> {
  const { request, index, registry, now } = job;
  const started = now();
  try {
    if (!checkRequest(request)) throw invalidRequest();
    const scored =
      request.rewards === undefined ? await scoreEntry(request, request, registry) : await scoreAll(request, request.rewards, registry);
    const { id, data_source, verifier } = request;
    const { reward, components, metrics } = scored;
    return { id, data_source, verifier, status: 'scored', reward, components, metrics, elapsed_ms: Math.max(0, now() - started) };
  } catch (error) {
    return failure(request, index, error);
  }
}

function invalidRequest(): VerifierError {
  const problems = describeErrors(checkRequest.errors ?? [], 'request');
  return new VerifierError('invalid_request', `Not a reward request: ${problems}. See schema/reward-request.json of @vtriune/verifiers.`);
}

async function scoreAll(request: RewardRequest, entries: readonly RewardTerm[], registry: Registry): Promise<Scored> {
  const prefixes = entries.map((entry) => entry.name ?? entry.verifier);
  const twice = prefixes.find((prefix, index) => prefixes.indexOf(prefix) !== index);
  if (twice !== undefined) {
    throw new VerifierError('invalid_request', `Two entries of "rewards" are called "${twice}". Give one of them another "name".`);
  }
  const scored = await Promise.all(entries.map((entry) => scoreEntry(request, entry, registry)));
  const shares = sharesOf(entries.map((entry) => entry.weight ?? 1));
  const reward = scored.reduce((sum, item, index) => sum + item.reward * at(shares, index), 0);
  return {
    reward: Math.min(1, reward),
    components: joinPrefixed(
      prefixes,
      scored.map((item) => item.components),
    ),
    metrics: joinPrefixed(
      prefixes,
      scored.map((item) => item.metrics),
    ),
  };
}

function joinPrefixed(prefixes: readonly string[], records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const entries = records.flatMap((record, index) =>
    Object.entries(record).map(([key, value]) => [`${at(prefixes, index)}/${key}`, value] as const),
  );
  return Object.fromEntries(entries);
}

async function scoreEntry(request: RewardRequest, entry: RewardTerm, registry: Registry): Promise<Scored> {
  const verifier = registry.get(entry.verifier);
  const outcome = await verifier.verify({
    response: request.response,
    groundTruth: entry.ground_truth ?? request.ground_truth,
    answer: request.answer,
    parameters: entry.verifier_parm ?? request.verifier_parm,
    progress: request.progress,
    split: request.split ?? 'train',
    images: request.images ?? [],
    trajectory: request.trajectory,
  });
  checkOutcome(verifier, outcome);
  const accuracyRatio = entry.accuracy_ratio ?? request.accuracy_ratio ?? 1;
  const formatRatio = entry.format_ratio ?? request.format_ratio ?? 0;
  const { accuracy, format, components, metrics } = outcome;
  const reward = mix(outcome, accuracyRatio, formatRatio);
  return { reward, components: { accuracy, format, ...components }, metrics: { ...metrics } };
}

function mix({ accuracy, format }: VerifierOutcome, accuracyRatio: number, formatRatio: number): number {
  if (!(accuracyRatio > 0 || formatRatio > 0)) {
    throw new VerifierError(
      'invalid_request',
      'accuracy_ratio and format_ratio are both 0, so nothing is rewarded. Set one of them above 0.',
    );
  }
  const shares = sharesOf([accuracyRatio, formatRatio]);
  return Math.min(1, accuracy * at(shares, 0) + format * at(shares, 1));
}

/** Weights as shares of their sum. Only where the sum is Infinity, for weights near 1e308, they are divided by the largest first. */
function sharesOf(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (Number.isFinite(sum)) return weights.map((weight) => weight / sum);
  const largest = Math.max(...weights);
  return sharesOf(weights.map((weight) => weight / largest));
}

/**
 * Refuses an outcome that breaks the contract: numbers out of range, or other keys than declared.
 *
 * @throws VerifierError `verifier_error`, naming the verifier and the value.
 */
export function checkOutcome(verifier: Verifier, outcome: VerifierOutcome): void {
  for (const part of ['accuracy', 'format'] as const) {
    const value: unknown = outcome[part];
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
      throw new VerifierError(
        'verifier_error',
        `Verifier "${verifier.name}" returned ${part} ${String(value)}. It must be a number in [0, 1].`,
      );
    }
  }
  checkKeys(verifier, 'components', outcome.components ?? {});
  checkKeys(verifier, 'metrics', outcome.metrics ?? {});
}

function checkKeys(verifier: Verifier, part: 'components' | 'metrics', record: Readonly<Record<string, number>>): void {
  const declared = verifier[part];
  const keys = Object.keys(record);
  // Nearly always they are the declared ones in the declared order, and only their values are left to be looked at.
  const asDeclared = keys.length === declared.length && keys.every((key, place) => key === declared[place]);
  if (asDeclared && Object.values(record).every(Number.isFinite)) return;
  const wrong = keys.find((key) => !declared.includes(key)) ?? declared.find((key) => !keys.includes(key));
  if (wrong !== undefined) {
    const message = `Verifier "${verifier.name}" must return exactly the ${part} it declares (${declared.join(', ') || 'none'}); "${wrong}" is ${keys.includes(wrong) ? 'not declared' : 'missing'}.`;
    throw new VerifierError('verifier_error', message);
  }
  const broken = keys.find((key) => !Number.isFinite(record[key]));
  if (broken !== undefined) {
    throw new VerifierError(
      'verifier_error',
      `Verifier "${verifier.name}" returned ${part}.${broken} = ${String(record[broken])}. It must be a finite number.`,
    );
  }
}

const FAILURE_CODES: Readonly<Record<FailureCode, true>> = {
  invalid_request: true,
  unknown_verifier: true,
  invalid_parameters: true,
  invalid_ground_truth: true,
  timeout: true,
  overloaded: true,
  verifier_error: true,
};

function isFailureCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(FAILURE_CODES, code);
}

// A plug-in may carry its own copy of this package: the code is looked at, not the class.
function failure(request: unknown, index: number, error: unknown): FailedResult {
  const fields: Record<string, unknown> = typeof request === 'object' && request !== null ? { ...request } : {};
  const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return {
    id: text(fields['id'], `#${index}`),
    data_source: text(fields['data_source'], 'unknown'),
    verifier: text(fields['verifier'], 'unknown'),
    status: 'failed',
    error: { code: isFailureCode(code) ? code : 'verifier_error', message },
  };
}
