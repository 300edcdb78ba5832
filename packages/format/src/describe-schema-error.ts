import type { ErrorObject } from 'ajv';
import { nearMiss } from './settings/near-miss.ts';
import { showValue } from './show-value.ts';

/** A schema violation in words: the pointer, and "what is there; what is allowed; what to do". */
export interface SchemaProblem {
  readonly pointer: string;
  readonly message: string;
}

/** Turns ajv's first error into the three parts of this package's messages; `root` is the validated value. */
export function describeSchemaError(error: ErrorObject, root: unknown): SchemaProblem {
  const value = valueAt(root, error.instancePath);
  const at = error.instancePath === '' ? 'the record' : error.instancePath;
  if (error.keyword === 'required') return describeMissing(error, value);
  return {
    pointer: error.instancePath,
    message: `${at} is ${showValue(value)}; allowed: ${allowedBy(error)}; correct the value or leave an optional field out`,
  };
}

function describeMissing(error: ErrorObject, parent: unknown): SchemaProblem {
  const missing = String(error.params['missingProperty']);
  const keys = typeof parent === 'object' && parent !== null ? Object.keys(parent) : [];
  const near = nearMiss(missing, keys);
  const hint = near === undefined ? 'add it' : `is "${near}" meant to be "${missing}"?`;
  const pointer = `${error.instancePath}/${missing}`;
  return { pointer, message: `${pointer} is missing (keys there: ${keys.join(', ') || 'none'}); it is required; ${hint}` };
}

function allowedBy(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'enum':
      return (params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ');
    case 'type':
      return `a value of type ${[params['type']].flat().join(' or ')}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
      return `a number ${String(params['comparison'])} ${String(params['limit'])}`;
    case 'minLength':
      return 'a text that is not empty';
    case 'minItems':
      return `a list of at least ${String(params['limit'])}`;
    default:
      return error.message ?? error.keyword;
  }
}

function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return value;
}
