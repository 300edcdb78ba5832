import { describe, expect, it } from 'vitest';
import { requestsOf, resultsOf } from '../../test/fake-servers.ts';
import { readAnswer, readProblem } from './read-answer.ts';

const requests = requestsOf(2);
const [first, second] = resultsOf(requests);
const failed = { id: 'r1', data_source: 'fake', verifier: 'text', status: 'failed', error: { code: 'timeout', message: 'late' } };
function read(...results: unknown[]) {
  return readAnswer(JSON.stringify({ results }), requests);
}

describe('readAnswer', () => {
  it('takes scored and failed results', () => {
    expect(read(first, second)).toEqual({ results: [first, second] });
    expect(read(first, failed)).toEqual({ results: [first, failed] });
  });

  it.each([
    ['no JSON', '<html>Bad gateway', 'no list "results": <html>'],
    ['no results', '{"ok": true}', 'no list "results"'],
    ['a list', '[]', 'no list "results"'],
    ['too few results', JSON.stringify({ results: [first] }), '1 results for 2 requests'],
  ])('refuses %s', (_name, text, problem) => {
    expect(readAnswer(text, requests)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it.each([
    ['another order', [second, first], 'results[0]: is for "r1", and the request was r0'],
    ['a result that is nothing', [first, null], 'results[1]: is no object'],
    ['no verifier', [first, { ...second, verifier: undefined }], 'no id, data_source or verifier'],
    ['another status', [first, { ...second, status: 'ok' }], 'status "ok"'],
    ['no reward', [first, { ...second, reward: null }], 'reward null'],
    ['a reward above 1', [first, { ...second, reward: 1.5 }], 'reward 1.5'],
    ['components that are texts', [first, { ...second, components: { accuracy: '1' } }], 'not numbers'],
    ['no metrics', [first, { ...second, metrics: undefined }], 'not numbers'],
    ['no elapsed_ms', [first, { ...second, elapsed_ms: undefined }], 'elapsed_ms'],
    ['a failure without an error', [first, { ...failed, error: undefined }], 'no error with a known code'],
    ['a failure of an unknown kind', [first, { ...failed, error: { code: 'moon', message: '' } }], 'no error with a known code'],
  ])('refuses %s', (_name, results, problem) => {
    expect(read(...results)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe('readProblem', () => {
  it('finds what a server says', () => {
    expect(readProblem('{"error": {"code": "invalid_body", "message": "no requests"}}')).toBe('no requests');
    expect(readProblem('{"error": "no requests"}')).toBe('no requests');
    expect(readProblem('{"message": "no requests"}')).toBe('no requests');
    expect(readProblem(' plain text ')).toBe('plain text');
  });
});
