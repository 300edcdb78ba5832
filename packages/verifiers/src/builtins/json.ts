/**
 * `json`: a structured answer. Format is whether the response holds one complete JSON object or array that is not empty and fits the schema;
 * accuracy the weighted share of the ground truth's fields that it gets right, 0 when it does not fit the schema. Further fields of an
 * object cost nothing (the schema may forbid them); further items of an array count as wrong.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { Type, type Static } from 'typebox';
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
    answer_format: Type.Optional(
      Type.Union([Type.Literal('answer_tag'), Type.Literal('json'), Type.Literal('any')], {
        description:
          'where the JSON must stand: in the answer tag, alone after the reasoning, or any of the two or in the text (when absent)',
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
    const value = locateJson(response, parameters.answer_format ?? 'any');
    const answers = entriesOf(value);
    const fits = answers.size > 0 && (parameters.schema === undefined || schemaCheck(parameters.schema)(value));
    const weights = fieldWeights(groundTruth, parameters.fields);
    const same = (key: string): boolean =>
      answers.has(key) && equal(answers.get(key), groundTruth.get(key), { lenient: parameters.match !== 'exact', depth: 0 });
    const surplus = Array.isArray(value) && parameters.fields === undefined ? Math.max(0, answers.size - groundTruth.size) : 0;
    const total = weights.reduce((sum, [, weight]) => sum + weight, surplus);
    const right = weights.reduce((sum, [key, weight]) => sum + (same(key) ? weight : 0), 0) / total;
    const extra = [...answers.keys()].filter((key) => !groundTruth.has(key)).length;
    return {
      accuracy: fits ? Math.min(1, right) : 0,
      format: fits ? 1 : 0,
      metrics: { parsed: value === undefined ? 0 : 1, fits_schema: fits ? 1 : 0, fields_right: right, extra_fields: Math.min(extra, 1000) },
    };
  },
  gold: ({ groundTruth, parameters }) => {
    const keys = [...groundTruth.keys()];
    const isList = keys.every((key, index) => key === String(index));
    const value = JSON.stringify(isList ? [...groundTruth.values()] : Object.fromEntries(groundTruth));
    return parameters.answer_format === 'answer_tag' ? `<answer>${value}</answer>` : value;
  },
});

type Fields = ReadonlyMap<string, unknown>;

function readStructure(raw: unknown): Fields {
  const value = typeof raw === 'string' ? parseLenient(answerTag(raw) ?? raw) : raw;
  const fields = entriesOf(value);
  if (fields.size > 0) return fields;
  const message = `Ground truth of "json" is ${String(JSON.stringify(raw)).slice(0, 120)}. It must be a JSON object or array that is not empty, or its text.`;
  throw new VerifierError('invalid_ground_truth', message);
}

// Arrays are compared position by position.
function entriesOf(value: unknown): Fields {
  return new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function fieldWeights(truth: Fields, given: Readonly<Record<string, number>> | undefined): readonly (readonly [string, number])[] {
  if (given === undefined) return [...truth.keys()].map((key) => [key, 1] as const);
  const weights = Object.entries(given);
  const missing = weights.find(([key]) => !truth.has(key));
  if (missing === undefined && weights.length > 0) return weights;
  const message = `Ground truth of "json" has no field ${JSON.stringify(missing?.[0] ?? '')}. "fields" may weigh: ${[...truth.keys()].join(', ')}.`;
  throw new VerifierError('invalid_ground_truth', message);
}

function locateJson(response: string, place: 'answer_tag' | 'json' | 'any'): unknown {
  const text = afterThinking(response);
  const tagged = answerTag(text);
  if (place === 'answer_tag' && tagged === undefined) return undefined;
  const found = findJson(place === 'json' ? text : (tagged ?? text)).filter(
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

function compileSchema(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  try {
    return new Ajv({ strict: false, addUsedSchema: false }).compile({ ...schema });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VerifierError(
      'invalid_parameters',
      `The schema of verifier "json" does not compile: ${reason}. Give a draft-07 JSON Schema.`,
      { cause },
    );
  }
}
