/** The service described in OpenAPI 3.1, from the JSON Schemas that requests and results are checked with. */
import { Progress, RewardRequest, RewardResult } from '../contract.ts';
import type { ProtocolAdapter } from './protocol.ts';

function json(schema: object): object {
  return { content: { 'application/json': { schema } } };
}
function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}
function openAnswers(description: string, schema: object, ...failures: readonly number[]): object {
  return {
    200: { description, ...json(schema) },
    ...Object.fromEntries(failures.map((status) => [status, { description: FAILURES[status], ...json(ref('Error')) }])),
  };
}
function answers(description: string, schema: object, ...failures: readonly number[]): object {
  return openAnswers(description, schema, ...failures, 401, 403, 500);
}

const FAILURES: Readonly<Record<number, string>> = {
  400: 'The body is not JSON, or not what the route takes',
  401: 'No valid token',
  403: 'A web page or another host name asks a service without a token',
  404: 'Not known',
  408: 'The body did not arrive in time',
  413: 'The body is too long, or has too many requests or values',
  415: 'The body is not declared as application/json',
  500: 'A fault of the service; its log has the reason under the request id',
  429: 'Too much is queued; ask again after Retry-After seconds',
  503: 'The service is shutting down; ask another one',
};
const BODY_FAILURES = [400, 408, 413, 415, 429];
const WORK_FAILURES = [...BODY_FAILURES, 503];

const retryKey = {
  name: 'idempotency-key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 200 },
  description: 'the same on every try of one call: its results are then counted and recorded once',
};

const rewards = {
  post: {
    summary: 'Scores responses; a request that cannot be scored fails by itself and never has a reward of 0',
    parameters: [retryKey],
    requestBody: {
      required: true,
      ...json({
        type: 'object',
        required: ['requests'],
        properties: {
          run: { type: 'string', description: 'whose progress and curves these belong to' },
          requests: { type: 'array', items: ref('RewardRequest') },
        },
      }),
    },
    responses: answers(
      'One result for each request, in order',
      { type: 'object', required: ['results'], properties: { results: { type: 'array', items: ref('RewardResult') } } },
      ...WORK_FAILURES,
    ),
  },
};

const runParameter = { name: 'run', in: 'path', required: true, schema: { type: 'string' } };

const progress = {
  parameters: [runParameter],
  put: {
    summary: 'Says how far a run is, for rewards that change with training',
    requestBody: { required: true, ...json(ref('RunDeclaration')) },
    responses: answers('What is known of the run now', ref('RunDeclaration'), ...BODY_FAILURES),
  },
  get: { summary: 'How far a run is', responses: answers('What is known of the run', ref('RunDeclaration'), 400, 404) },
};

const declaration = {
  type: 'object',
  properties: {
    step: { type: 'number', minimum: 0, description: 'holds until the next one; with rewards_per_step, counting goes on from it' },
    total_steps: { type: 'number', exclusiveMinimum: 0 },
    rewards_per_step: { type: 'integer', minimum: 1, description: 'prompts of a step times responses to each; the step is then counted' },
  },
};

const error = {
  type: 'object',
  required: ['error'],
  properties: {
    error: { type: 'object', required: ['code', 'message'], properties: { code: { type: 'string' }, message: { type: 'string' } } },
  },
};

function plain(summary: string): object {
  return { get: { summary, responses: answers(summary, { type: 'object' }) } };
}
const status = { type: 'object', required: ['status'], properties: { status: { type: 'string' } } };
function open(summary: string, more: object = {}): object {
  return {
    get: { summary, security: [{}], responses: { ...openAnswers(summary, { type: 'object' }), ...more } },
  };
}

/** The document that `/openapi.json` serves. */
export function createOpenapi(protocols: readonly ProtocolAdapter[]): object {
  const spoken = protocols.map(({ name, path }) => {
    const summary = `The protocol of ${name}; where it knows no failures, a failed item is a zero with an error beside it`;
    const body = json({ type: 'object' });
    return [path, { post: { summary, requestBody: { required: true, ...body }, responses: answers('Rewards', {}, ...WORK_FAILURES) } }];
  });
  return {
    openapi: '3.1.0',
    info: { title: 'V-Triune rewards', version: '1', description: 'Verifiers over HTTP, for any RL trainer' },
    security: [{ token: [] }, {}],
    paths: {
      '/v1/rewards': rewards,
      '/v1/verifiers': plain('The verifiers, each with the JSON Schema of its parameters'),
      '/v1/runs/{run}/progress': progress,
      ...(Object.fromEntries(spoken) as Record<string, object>),
      '/': open("What V-Triune's client takes a healthy server by"),
      '/healthz': open('Whether the process answers'),
      '/readyz': open('Whether it takes work', { 503: { description: FAILURES[503], ...json(status) } }),
      '/openapi.json': plain('This document'),
      '/metrics': { get: { summary: 'Metrics for Prometheus', responses: { 200: { description: 'Text format' } } } },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { RewardRequest, RewardResult, Progress, RunDeclaration: declaration, Error: error },
    },
  };
}
