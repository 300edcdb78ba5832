/**
 * Whether an answer is what the server promised: one result for each request, in order. The check is written out, because the client also
 * runs in browsers, where a schema compiler may be forbidden and is a lot to load.
 */
import type { FailureCode, RewardRequest, RewardResult } from '../contract.ts';

/** The results, or what is wrong with the answer. */
export type ReadAnswer = { readonly results: RewardResult[] } | { readonly problem: string };

/** Reads the text of an answer to `POST /v1/rewards`. */
export function readAnswer(text: string, requests: readonly RewardRequest[]): ReadAnswer {
  const body = parse(text);
  const results: unknown = isRecord(body) ? body['results'] : undefined;
  if (!Array.isArray(results)) return { problem: `the answer has no list "results": ${text.slice(0, 120)}` };
  if (results.length !== requests.length) return { problem: `${results.length} results for ${requests.length} requests` };
  const read: RewardResult[] = [];
  for (const [index, result] of results.entries()) {
    const problem = problemOf(result, requests[index]);
    if (problem !== undefined) return { problem: `results[${index}]: ${problem}` };
    read.push(result as RewardResult);
  }
  return { results: read };
}

/** What a server says is wrong: the message in the JSON of its answer, or the beginning of its text. */
export function readProblem(text: string): string {
  const body = parse(text);
  const error = isRecord(body) ? (body['error'] ?? body) : undefined;
  const message = isRecord(error) ? error['message'] : error;
  return typeof message === 'string' ? message : text.slice(0, 200).trim();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says what it wanted instead.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemOf(result: unknown, request: RewardRequest | undefined): string | undefined {
  if (!isRecord(result)) return 'is no object';
  const { id, data_source, verifier, status, reward, components, metrics, elapsed_ms, error } = result;
  // A request whose id is not a text is answered under an id that the server makes up.
  if (typeof request?.id === 'string' && id !== request.id) return `is for ${JSON.stringify(id)}, and the request was ${request.id}`;
  if (![id, data_source, verifier].every((value) => typeof value === 'string')) return 'has no id, data_source or verifier';
  if (status === 'failed') return isError(error) ? undefined : `has no error with a known code: ${JSON.stringify(error)}`;
  if (status !== 'scored') return `has the status ${JSON.stringify(status)}`;
  if (typeof reward !== 'number' || !(reward >= 0 && reward <= 1)) return `has the reward ${JSON.stringify(reward)}, not one in [0, 1]`;
  if (!isNumbers(components) || !isNumbers(metrics)) return 'has components or metrics that are not numbers';
  return typeof elapsed_ms === 'number' ? undefined : 'has no elapsed_ms';
}

function isNumbers(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((item) => typeof item === 'number');
}

const CODES: Readonly<Record<FailureCode, true>> = {
  invalid_request: true,
  unknown_verifier: true,
  invalid_parameters: true,
  invalid_ground_truth: true,
  timeout: true,
  overloaded: true,
  verifier_error: true,
};

function isError(value: unknown): boolean {
  return (
    isRecord(value) && typeof value['code'] === 'string' && Object.hasOwn(CODES, value['code']) && typeof value['message'] === 'string'
  );
}
