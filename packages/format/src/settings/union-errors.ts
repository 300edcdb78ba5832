import type { ErrorObject } from 'ajv';
import { isRecord } from '../is-record.ts';

interface Branch {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: { readonly kind?: { readonly const?: unknown; readonly enum?: readonly unknown[] } };
}

/**
 * Of a value that fits no branch of a union, the errors of the branch that was meant: that of the same `kind`, or of the same type. A value
 * that no branch is meant for keeps the error of the union, so that all of them are named. `anyOf: [{type: number}, {kind: linear, ...}]`
 * with `{kind: linear, strat: 0}` reports `strat` alone.
 */
export function errorsOfMeantBranch(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  return unions.reduce<ErrorObject[]>((left, union) => keepMeant(left, union), [...errors]);
}

function keepMeant(errors: readonly ErrorObject[], union: ErrorObject): ErrorObject[] {
  const branches = union.schema as readonly Branch[];
  const meant = branches.findIndex((branch) => isMeant(branch, union.data));
  return errors.filter((error) => {
    if (error === union) return meant === -1;
    const index = branchIndex(error, union);
    return index === undefined || index === meant;
  });
}

/** Which branch of the union an error is of; undefined for an error of another place. */
function branchIndex({ schemaPath, instancePath }: ErrorObject, union: ErrorObject): number | undefined {
  if (!schemaPath.startsWith(`${union.schemaPath}/`) || !instancePath.startsWith(union.instancePath)) return undefined;
  return Number.parseInt(schemaPath.slice(union.schemaPath.length + 1), 10);
}

function isMeant(branch: Branch, value: unknown): boolean {
  if (isRecord(value)) return kindsOfBranch(branch).includes(value['kind']);
  const types = [branch.type ?? (branch.enum ?? [branch.const]).map((allowed) => typeof allowed)].flat();
  return types.some((type) => (type === 'integer' ? 'number' : type) === (Array.isArray(value) ? 'array' : typeof value));
}

function kindsOfBranch({ properties }: Branch): readonly unknown[] {
  const kind = properties?.kind;
  return kind === undefined ? [] : (kind.enum ?? [kind.const]);
}

/** What a union allows, in words: `dynamic, average, a number, kind constant, kind linear`. */
export function allowedByUnion(branches: readonly unknown[]): string {
  const named = (branches as readonly Branch[]).flatMap((branch) => {
    const kinds = kindsOfBranch(branch).map((kind) => `kind ${String(kind)}`);
    if (kinds.length > 0) return kinds;
    const values = branch.enum ?? (branch.const === undefined ? undefined : [branch.const]);
    return values?.map(String) ?? [[branch.type ?? 'any value'].flat().join(' or ')];
  });
  return [...new Set(named)].join(', ');
}
