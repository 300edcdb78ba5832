// Small things that every protocol needs: reading a body without trusting it, and making and reading the items of a call.
import type { FailedResult, FailureCode, RewardRequest, RewardResult } from '../../contract.ts';
import { ServiceError } from '../../service-error.ts';
import { VerifierError } from '../../errors.ts';

/** A JSON object whose fields have not been looked at. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Data source or verifier of an item that does not say it. */
export const UNKNOWN = 'unknown';

/** Whether a parsed JSON value is an object, and no list. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value where it is a text that is not empty, and `otherwise` where it is not. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** A value for a message, cut to 80 characters. */
export function shown(value: unknown): string {
  const text = textOf(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function textOf(value: unknown): string {
  // JSON has no infinity, but a number as large as that is read as one.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? 'absent';
  } catch {
    return `${Array.isArray(value) ? 'a list' : 'an object'} with too many others within each other`;
  }
}

/** What is wrong with an item, as a text. */
export function messageOf(error: unknown): string {
  if (error instanceof RangeError) return 'it has too many lists or objects within each other. Send fewer than a thousand.';
  return error instanceof Error ? error.message : String(error);
}

/**
 * The body as an object.
 *
 * @throws ServiceError `invalid_body`, with the shape that the route takes.
 */
export function requireRecord(body: unknown, shape: string): JsonRecord {
  if (isRecord(body)) return body;
  throw new ServiceError('invalid_body', `The body is ${shown(body)}. This route takes ${shape}; send that.`);
}

/** The run that a body names, as the part of a call that it is; nothing when it names none. */
export function runOf({ run }: JsonRecord): { run?: string } {
  return typeof run === 'string' && run !== '' ? { run } : {};
}

/** An item that failed before it could be scored. Data source and verifier are `unknown` where they are not texts. */
export function failedItem(
  item: { id: string; data_source: unknown; verifier: unknown },
  error: { code: FailureCode; message: string },
): FailedResult {
  return {
    id: item.id,
    data_source: textOr(item.data_source, UNKNOWN),
    verifier: textOr(item.verifier, UNKNOWN),
    status: 'failed',
    error,
  };
}

/** Accuracy or format of a result, in [0, 1]: over several verifiers the mean with their weights, and 0 for a failure. */
export function shareOf(
  name: 'accuracy' | 'format',
  result: RewardResult | undefined,
  item: RewardRequest | FailedResult | undefined,
): number {
  if (result?.status !== 'scored') return 0;
  const only = result.components[name];
  if (only !== undefined) return only;
  const entries = item === undefined || 'status' in item || item.rewards === undefined ? [] : item.rewards;
  const total = entries.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const weighted = entries.map((entry) => {
    const part = `${entry.name ?? entry.verifier}/${name}`;
    const value = result.components[part];
    if (value === undefined)
      throw new VerifierError('verifier_error', `A result of several verifiers has no "${part}" among its components.`);
    return value * (entry.weight ?? 1);
  });
  return total > 0 ? weighted.reduce((sum, value) => sum + value, 0) / total : 0;
}
