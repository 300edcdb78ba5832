/**
 * `json`: a structured answer. Format is whether the response holds one complete JSON object or array that is not empty and fits the schema;
 * accuracy the weighted share of the ground truth's fields that it gets right, 0 when it does not fit the schema. Further fields of an
 * object cost nothing (the schema may forbid them); further items of an array count as wrong.
 */
import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { RE2JS } from 're2js';
import { Type, type Static } from 'typebox';
import { showValue } from '@vtriune/format/show-value';
import { findJson, parseLenient } from '../answer/json.ts';
import { normalizeText } from '../answer/normalize.ts';
import { parseNumber } from '../answer/number.ts';
import { afterThinking, answerTag } from '../answer/place.ts';
import { defineVerifier } from '../define-verifier.ts';
import { VerifierError } from '../errors.ts';

const JsonParameters = Type.Object(
  {
    schema: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema (draft-07) that the answer must fit' })),
    fields: Type.Optional(
      Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }), {
        description: 'weight of each top-level field that is compared; all fields of the ground truth alike when absent',
      }),
    ),
    match: Type.Optional(
      Type.Union([Type.Literal('exact'), Type.Literal('normalized')], {
        description: 'normalized (when absent) compares texts without case, quotes and final punctuation, and "3" with 3',
      }),
    ),
    syntax: Type.Optional(
      Type.Union([Type.Literal('strict'), Type.Literal('lenient')], {
        description:
          'lenient (when absent) also reads Python literals, comments, keys without quotes, typographic quotes and line breaks in texts',
      }),
    ),
    answer_format: Type.Optional(
      Type.Union([Type.Literal('answer_tag'), Type.Literal('json'), Type.Literal('any')], {
        description: 'where the JSON must be: in the answer tag, alone after the reasoning, or any of the two or in the text (when absent)',
      }),
    ),
  },
  { additionalProperties: false },
);
type JsonParameters = Static<typeof JsonParameters>;

const schemaCheck = createSchemaCheck();

/** A JSON object or array: schema and fields. */
export const json = defineVerifier({
  name: 'json',
  description: 'A JSON answer: it fits a schema, and its fields equal those of the ground truth.',
  parameters: JsonParameters,
  metrics: ['parsed', 'fits_schema', 'fields_right', 'extra_fields'],
  groundTruth: readStructure,
  verify: ({ response, groundTruth, parameters }) => {
    const value = locateJson(response, parameters);
    const answers = entriesOf(value);
    // Where the truth is {} or [], so must the answer be.
    const filled = groundTruth.fields.size === 0 ? isSameKind(value, groundTruth.value) : answers.size > 0;
    const fits = filled && (parameters.schema === undefined || schemaCheck(parameters.schema)(value));
    const { fields } = groundTruth;
    const weights = fieldWeights(fields, parameters.fields);
    const same = (key: string): boolean =>
      answers.has(key) && equal(answers.get(key), fields.get(key), { lenient: parameters.match !== 'exact', depth: 0 });
    const surplus = Array.isArray(value) && parameters.fields === undefined ? Math.max(0, answers.size - fields.size) : 0;
    const total = weights.reduce((sum, [, weight]) => sum + weight, surplus);
    const right = total === 0 ? (answers.size === 0 && filled ? 1 : 0) : sumRight(weights, same) / total;
    const extra = [...answers.keys()].filter((key) => !fields.has(key)).length;
    return {
      accuracy: fits ? Math.min(1, right) : 0,
      format: fits ? 1 : 0,
      metrics: { parsed: value === undefined ? 0 : 1, fits_schema: fits ? 1 : 0, fields_right: right, extra_fields: Math.min(extra, 1000) },
    };
  },
  gold: ({ groundTruth, parameters }) => {
    const value = JSON.stringify(groundTruth.value);
    return parameters.answer_format === 'answer_tag' ? `<answer>${value}</answer>` : value;
  },
});

type Fields = ReadonlyMap<string, unknown>;

interface Truth {
  readonly value: unknown;
  readonly fields: Fields;
}

function isSameKind(answer: unknown, truth: unknown): boolean {
  return typeof answer === 'object' && answer !== null && Array.isArray(answer) === Array.isArray(truth);
}

function sumRight(weights: readonly (readonly [string, number])[], same: (key: string) => boolean): number {
  return weights.reduce((sum, [key, weight]) => sum + (same(key) ? weight : 0), 0);
}

function readStructure(raw: unknown): Truth {
  const value = typeof raw === 'string' ? parseLenient((answerTag(raw) ?? raw).trim()) : raw;
  if (typeof value === 'object' && value !== null) return { value, fields: entriesOf(value) };
  const message = `Ground truth of "json" is ${showValue(raw, 120)}. It must be a JSON object or array, or its text.`;
  throw new VerifierError('invalid_ground_truth', message);
}

// Arrays are compared position by position.
function entriesOf(value: unknown): Fields {
  return new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

// Relative to the largest, because the sum of weights near 1e308 is Infinity.
function sharesOf(weights: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  const largest = Math.max(...Object.values(weights));
  return Object.entries(weights).map(([key, weight]) => [key, weight / largest] as const);
}

function fieldWeights(truth: Fields, given: Readonly<Record<string, number>> | undefined): readonly (readonly [string, number])[] {
  if (given === undefined) return [...truth.keys()].map((key) => [key, 1] as const);
  const weights = sharesOf(given);
  const missing = weights.find(([key]) => !truth.has(key));
  if (missing === undefined && weights.length > 0) return weights;
  const problem = missing === undefined ? '"fields" weighs nothing' : `Ground truth of "json" has no field ${JSON.stringify(missing[0])}`;
  throw new VerifierError('invalid_ground_truth', `${problem}. "fields" may weigh: ${[...truth.keys()].join(', ')}.`);
}

function locateJson(response: string, { answer_format: place = 'any', syntax }: JsonParameters): unknown {
  const text = afterThinking(response);
  const tagged = answerTag(text);
  if (place === 'answer_tag' && tagged === undefined) return undefined;
  const found = findJson(place === 'json' ? text : (tagged ?? text), syntax).filter(
    ({ complete, alone }) => complete && (place !== 'json' || alone),
  );
  return found.at(-1)?.value;
}

const MAX_DEPTH = 64;

function equal(answer: unknown, truth: unknown, rule: { readonly lenient: boolean; readonly depth: number }): boolean {
  const { lenient, depth } = rule;
  if (answer === truth) return true;
  if (depth > MAX_DEPTH) return false;
  if (typeof truth === 'object' && truth !== null && typeof answer === 'object' && answer !== null) {
    if (Array.isArray(answer) !== Array.isArray(truth)) return false;
    const [left, right] = [entriesOf(answer), entriesOf(truth)];
    return (
      left.size === right.size &&
      [...right].every(([key, value]) => left.has(key) && equal(left.get(key), value, { lenient, depth: depth + 1 }))
    );
  }
  return lenient && sameScalar(answer, truth);
}

function sameScalar(answer: unknown, truth: unknown): boolean {
  const asNumber = (value: unknown): number | undefined =>
    typeof value === 'number' ? value : typeof value === 'string' ? parseNumber(value)?.value : undefined;
  if (typeof answer === 'string' && typeof truth === 'string')
    return normalizeText(answer) === normalizeText(truth) && normalizeText(truth) !== '';
  const number = asNumber(truth);
  return number !== undefined && number === asNumber(answer);
}

const MAX_SCHEMAS = 256;

// Samples bring their schemas as data, mostly the same few: compiled once each, the oldest forgotten.
function createSchemaCheck(): (schema: Readonly<Record<string, unknown>>) => (value: unknown) => boolean {
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const key = JSON.stringify(schema);
    const known = compiled.get(key) ?? compileSchema(schema);
    compiled.delete(key);
    compiled.set(key, known);
    const [oldest] = compiled.keys();
    if (compiled.size > MAX_SCHEMAS && oldest !== undefined) compiled.delete(oldest);
    return (value) => known(value) === true;
  };
}

// Patterns of a schema are data: a linear engine runs them, so that none can take for ever. Look-around and back references are refused.
const linearPattern: NonNullable<NonNullable<Options['code']>['regExp']> = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text: string) => compiled.matcher(text).find() };
  },
  { code: 'linearPattern' },
);

function compileSchema(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  if ('$async' in schema) {
    throw new VerifierError(
      'invalid_parameters',
      'The schema of verifier "json" has "$async". Leave it out: the answer is checked at once.',
    );
  }
  try {
    return new Ajv({ strict: false, addUsedSchema: false, code: { regExp: linearPattern } }).compile({ ...schema });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VerifierError(
      'invalid_parameters',
      `The schema of verifier "json" does not compile: ${reason}. Give a draft-07 JSON Schema.`,
      { cause },
    );
  }
}
