import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { allowedByUnion, errorsOfMeantBranch } from './union-errors.ts';
import { nearMiss } from './near-miss.ts';
import { showValue } from '../show-value.ts';

/** The first thing that is wrong with settings. */
export interface SettingProblem {
  readonly path: readonly (string | number)[];
  /** What is wrong, what is allowed, what to do. */
  readonly message: string;
}

const ajv = new Ajv({ allErrors: true, discriminator: true, verbose: true, strict: false, strictNumbers: true });

/** Compiles a schema into a check that returns the first problem, or undefined. An unknown name comes before what it leaves missing. It is compiled for the first value. */
export function settingCheck(schema: TSchema): (value: unknown) => SettingProblem | undefined {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= ajv.compile(schema);
    if (validate(value)) return undefined;
    const errors = errorsOfMeantBranch(validate.errors ?? []).filter(({ keyword }) => keyword !== 'oneOf');
    const rank = ({ keyword, instancePath }: ErrorObject): number =>
      (keyword === 'additionalProperties' ? 0 : 1000) - instancePath.split('/').length;
    const [first] = errors.sort((a, b) => rank(a) - rank(b));
    return first === undefined ? { path: [], message: 'The settings do not fit the schema.' } : describe(first);
  };
}

function describe(error: ErrorObject): SettingProblem {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const name = path.join('.') || 'the value';
  const parameters = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownName(error, path, String(parameters['additionalProperty']));
    case 'required': {
      const missing = String(parameters['missingProperty']);
      return {
        path: [...path, missing],
        message: `${[...path, missing].join('.')} is missing.${purposeOf(error.parentSchema, missing)} Add it.`,
      };
    }
    case 'discriminator': {
      const kinds = kindsOf(error.parentSchema);
      return {
        path: [...path, 'kind'],
        message: `${name}.kind is ${showValue(parameters['tagValue'], 60)}; allowed: ${kinds.join(', ')}.${suggestion(String(parameters['tagValue']), kinds)}`,
      };
    }
    case 'anyOf':
      return {
        path,
        message: `${name} is ${showValue(error.data, 60)}; allowed: ${allowedByUnion(error.schema as unknown[])}.${describeField(error.parentSchema)}`,
      };
    case 'enum': {
      const allowed = (parameters['allowedValues'] as unknown[]).map(String);
      return {
        path,
        message: `${name} is ${showValue(error.data, 60)}; allowed: ${allowed.join(', ')}.${suggestion(String(error.data), allowed)}`,
      };
    }
    default:
      return {
        path,
        message: `${name} is ${showValue(error.data, 60)}; it ${error.message ?? 'does not fit the schema'}.${describeField(error.parentSchema)}`,
      };
  }
}

function unknownName(error: ErrorObject, path: string[], name: string): SettingProblem {
  const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
  return {
    path: [...path, name],
    message: `${[...path, name].join('.')} is not a setting.${suggestion(name, known)} Known here: ${known.join(', ')}.`,
  };
}

function suggestion(name: string, known: readonly string[]): string {
  const meant = nearMiss(name, known);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

function kindsOf(schema: unknown): string[] {
  const branches = (schema as { oneOf?: { properties?: { kind?: { const?: unknown } } }[] } | undefined)?.oneOf ?? [];
  return branches.map((branch) => String(branch.properties?.kind?.const));
}

function purposeOf(schema: unknown, name: string): string {
  return describeField((schema as { properties?: Record<string, unknown> } | undefined)?.properties?.[name]);
}

function describeField(schema: unknown): string {
  const description = (schema as { description?: string } | undefined)?.description;
  return description === undefined ? '' : ` ${description}`;
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
