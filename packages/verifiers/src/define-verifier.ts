/**
 * From typed parts to a verifier: compiles the parameter schema once, then checks parameters and reads the ground truth
 * before the author's `verify` runs, so that authors write neither checks nor casts.
 */
import { Ajv, type ErrorObject } from 'ajv';
import type { Static, TObject, TSchema } from 'typebox';
import { VerifierError } from './errors.ts';
import type { Verifier, VerifierInput, VerifierOutcome } from './verifier.ts';
import { isRecord } from './is-record.ts';

/** What a verifier author writes. */
export interface VerifierDefinition<Schema extends TSchema, Truth> {
  /** Lower-case words joined by `-` or `_`, unique in a registry. */
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  /** TypeBox object schema of `verifier_parm`; close it with `additionalProperties: false` so that typing errors show. */
  readonly parameters: Schema;
  /** Component names beside `accuracy` and `format`. */
  readonly components?: readonly string[];
  /** Metric names; the same for every response. */
  readonly metrics?: readonly string[];
  /** Reads the sample's ground truth (text or JSON); throws `VerifierError('invalid_ground_truth', ...)` if it cannot. */
  readonly groundTruth: (raw: unknown, parameters: Static<Schema>) => Truth;
  readonly verify: (input: VerifierInput<Truth, Static<Schema>>) => VerifierOutcome | Promise<VerifierOutcome>;
  /** The response a perfect model would write; the test kit and `orsta data validate` score it. */
  readonly gold?: (input: Omit<VerifierInput<Truth, Static<Schema>>, 'response'>) => string;
}

/**
 * Keys that V-Triune's data and trainer put into every sample's `verifier_parm`, whatever its verifier. A verifier that does
 * not declare them does not see them.
 */
const SHARED_PARAMETERS: readonly string[] = [
  'is_training',
  'step',
  'total_steps',
  'image_path',
  'image_grid_thw',
  'verifier_style',
  'det_verifier_normalized',
  'det_reward_ratio',
  'coordinate_space',
  'response_space',
];

// One for all: each would compile the schema of schemas again, 10 ms. What it compiled is kept by the verifier alone, so that two may have one `$id`.
const ajv = new Ajv({ allErrors: true, strict: false, strictNumbers: true, addUsedSchema: false });

const NAME = /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/;

/**
 * Makes a verifier: a plain frozen object.
 *
 * @throws VerifierError `invalid_definition` for a bad name, a missing part or a schema that does not compile.
 */
export function defineVerifier<Schema extends TObject, Truth>(definition: VerifierDefinition<Schema, Truth>): Verifier {
  const { name, description, parameters: schema, components = [], metrics = [], gold } = definition;
  checkDefinition(definition);
  const readParameters = parameterReader(name, schema);
  const prepare = <Raw extends Omit<VerifierInput, 'response'>>(raw: Raw) => {
    const parameters = readParameters(raw.parameters);
    return { ...raw, parameters, groundTruth: definition.groundTruth(raw.groundTruth, parameters) };
  };
  return Object.freeze({
    name,
    description,
    parameters: schema,
    components: Object.freeze([...components]),
    metrics: Object.freeze([...metrics]),
    verify: (input: VerifierInput) => definition.verify(prepare(input)),
    ...(gold === undefined ? {} : { gold: (input: Omit<VerifierInput, 'response'>) => gold(prepare(input)) }),
  });
}

function checkDefinition(definition: { name: unknown; groundTruth: unknown; verify: unknown }): void {
  const { name, groundTruth, verify } = definition;
  if (typeof name !== 'string' || !NAME.test(name)) {
    const message = `Verifier name ${JSON.stringify(name)} is not allowed. Use lower-case words joined by "-" or "_", such as "polygon-iou".`;
    throw new VerifierError('invalid_definition', message);
  }
  if (typeof groundTruth !== 'function' || typeof verify !== 'function') {
    throw new VerifierError('invalid_definition', `Verifier "${name}" needs the functions groundTruth and verify.`);
  }
}

function parameterReader<Schema extends TObject>(name: string, schema: Schema): (raw: unknown) => Static<Schema> {
  const declared = Object.keys(schema.properties ?? {});
  const check = compile(name, schema);
  return (given) => {
    const raw = fromText(given);
    const parameters = isRecord(raw) ? withoutNulls(raw, (key) => declared.includes(key) || !SHARED_PARAMETERS.includes(key)) : (raw ?? {});
    if (check(parameters)) return parameters;
    const problems = describeErrors(check.errors ?? [], 'verifier_parm');
    const known = declared.length === 0 ? 'It takes no parameters.' : `It knows: ${declared.join(', ')}.`;
    throw new VerifierError('invalid_parameters', `Parameters of verifier "${name}": ${problems}. ${known}`);
  };
}

function compile<Schema extends TObject>(name: string, schema: Schema) {
  try {
    return ajv.compile<Static<Schema>>(schema);
  } catch (cause) {
    const message = `The parameter schema of verifier "${name}" does not compile. Write it with TypeBox's Type.Object.`;
    throw new VerifierError('invalid_definition', message, { cause });
  }
}

/** Says what ajv found, with JSON pointers and the allowed values. */
export function describeErrors(errors: readonly ErrorObject[], root: string): string {
  const lines = errors.slice(0, 4).map((error) => {
    const parameters: Readonly<Record<string, unknown>> = error.params;
    const detail = parameters['additionalProperty'] ?? parameters['allowedValue'];
    return `${root}${error.instancePath} ${error.message ?? 'is invalid'}${detail === undefined ? '' : ` (${JSON.stringify(detail)})`}`;
  });
  return lines.join('; ');
}

// Data sets keep parameters as JSON text where a column must have one type.
function fromText(given: unknown): unknown {
  if (typeof given !== 'string' || !given.trimStart().startsWith('{')) return given;
  try {
    return JSON.parse(given) as unknown;
  } catch {
    // The check that follows says that a text is no object.
    return given;
  }
}

// Parquet stores one struct for all samples: a key that a sample does not have arrives as null.
function withoutNulls(value: Record<string, unknown>, keep: (key: string) => boolean = () => true): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined || !keep(key)) continue;
    entries.push([key, isRecord(item) ? withoutNulls(item) : item]);
  }
  return Object.fromEntries(entries);
}
