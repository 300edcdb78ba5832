// The Parquet columns of a set of samples: the fixed part is the schema of the published Orsta-Data-47k files (float32
// ratios, image structs), the open parts (`verifier_parm`, further keys of `extra_info`) take their types from the data.
import type { SchemaElement } from 'hyparquet';
import { FormatError } from './errors.ts';
import { isRecord } from './is-record.ts';

/** The type of a column or of a part of it; `unknown` has shown no value yet. */
export type ColumnType =
  | { readonly kind: 'unknown' | 'string' | 'boolean' | 'integer' | 'float' | 'double' | 'bytes' }
  | { readonly kind: 'list'; readonly item: ColumnType }
  | StructType;

/** A struct; fields keep their order. */
export interface StructType {
  readonly kind: 'struct';
  readonly fields: ReadonlyMap<string, ColumnType>;
}

const ANY: ColumnType = { kind: 'unknown' };
const STRING: ColumnType = { kind: 'string' };
const FLOAT: ColumnType = { kind: 'float' };
function struct(fields: Record<string, ColumnType>): StructType {
  return { kind: 'struct', fields: new Map(Object.entries(fields)) };
}
function list(item: ColumnType): ColumnType {
  return { kind: 'list', item };
}

/** The keys of Orsta's `det_reward_ratio`, which it stores as float32. */
export const DETECTION_RATIOS: readonly string[] = [
  'iou_max_label_first',
  'iou_max_iou_first',
  'iou_completeness',
  'map',
  'map50',
  'map75',
];

/** The columns every file has, as in Orsta-Data-47k, so that files can be concatenated with those. */
export const ORSTA_COLUMNS: StructType = struct({
  data_source: STRING,
  images: list(struct({ bytes: { kind: 'bytes' }, path: STRING })),
  prompt: list(struct({ content: STRING, role: STRING })),
  ability: STRING,
  reward_model: struct({
    // Text in Orsta-Data-47k; the data decides, for a verifier may want a number or a list.
    answer: ANY,
    ground_truth: ANY,
    accuracy_ratio: FLOAT,
    format_ratio: FLOAT,
    verifier: STRING,
    verifier_parm: struct({
      det_verifier_normalized: { kind: 'boolean' },
      det_reward_ratio: struct(Object.fromEntries(DETECTION_RATIOS.map((name) => [name, FLOAT]))),
    }),
  }),
  extra_info: struct({ id: STRING, image_path: ANY }),
});

/** The columns that the files of all trainers have. */
export const TRAINER_COLUMNS: StructType = struct({
  images: list(struct({ bytes: { kind: 'bytes' }, path: STRING })),
  prompt: ANY,
});

// Typed by us rather than by the data: a file whose weights happen to be whole must have the columns of one whose are not.
const PRESET: ReadonlyMap<string, ColumnType> = new Map([
  [
    '/reward_model/rewards',
    list(
      struct({
        verifier: STRING,
        weight: { kind: 'double' },
        name: STRING,
        ground_truth: ANY,
        accuracy_ratio: { kind: 'double' },
        format_ratio: { kind: 'double' },
      }),
    ),
  ],
]);

/** The type that holds both what `type` holds and `value`; throws FormatError `incompatible_columns` where there is none. */
export function widen(type: ColumnType, value: unknown, pointer = ''): ColumnType {
  if (value === null || value === undefined) return type;
  if (value instanceof Uint8Array) return accept(type, { kind: 'bytes' }, pointer);
  if (Array.isArray(value)) {
    if (type.kind !== 'list' && type.kind !== 'unknown') throw conflict(type, 'list', pointer);
    const item = type.kind === 'list' ? type.item : type;
    return { kind: 'list', item: value.reduce<ColumnType>((wide, member, index) => widen(wide, member, `${pointer}/${index}`), item) };
  }
  if (isRecord(value)) {
    if (type.kind !== 'struct' && type.kind !== 'unknown') throw conflict(type, 'struct', pointer);
    const fields = new Map<string, ColumnType>(type.kind === 'struct' ? type.fields : []);
    for (const [key, member] of Object.entries(value)) {
      const field = `${pointer}/${key}`;
      fields.set(key, widen(fields.get(key) ?? PRESET.get(field) ?? { kind: 'unknown' }, member, field));
    }
    return { kind: 'struct', fields };
  }
  return accept(type, scalarType(value, pointer), pointer);
}

/** The Parquet schema elements of a column; undefined for one that shows no value anywhere or is a struct without fields. */
export function schemaElements(name: string, type: ColumnType): SchemaElement[] | undefined {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type.kind) {
    case 'unknown':
      return undefined;
    case 'list': {
      // A list that is empty everywhere still needs a type: text.
      const item = schemaElements('element', type.item) ?? [{ name: 'element', repetition_type: 'OPTIONAL', ...PHYSICAL.string }];
      return [
        { ...optional, num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...item,
      ];
    }
    case 'struct': {
      const children = [...type.fields]
        .map(([field, member]) => schemaElements(field, member))
        .filter((elements) => elements !== undefined);
      return children.length === 0 ? undefined : [{ ...optional, num_children: children.length }, ...children.flat()];
    }
    default:
      return [{ ...optional, ...PHYSICAL[type.kind] }];
  }
}

const PHYSICAL = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  boolean: { type: 'BOOLEAN' },
  integer: { type: 'INT64' },
  float: { type: 'FLOAT' },
  double: { type: 'DOUBLE' },
  bytes: { type: 'BYTE_ARRAY' },
} as const;

function scalarType(value: unknown, pointer: string): ColumnType {
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return { kind: 'boolean' };
  if (typeof value === 'number') return { kind: Number.isSafeInteger(value) && !Object.is(value, -0) ? 'integer' : 'double' };
  throw new FormatError(
    'incompatible_columns',
    `${pointer} is a ${typeof value}, which Parquet columns of samples cannot hold; use text, numbers, booleans, lists or objects`,
    { pointer },
  );
}

function accept(type: ColumnType, seen: ColumnType, pointer: string): ColumnType {
  const numbers = ['integer', 'float', 'double'];
  if (type.kind === 'unknown' || type.kind === seen.kind) return seen;
  if (type.kind === 'float' && numbers.includes(seen.kind)) return type;
  if (numbers.includes(type.kind) && numbers.includes(seen.kind)) return { kind: 'double' };
  throw conflict(type, seen.kind, pointer);
}

function conflict(type: ColumnType, seen: string, pointer: string): FormatError {
  const message = `${pointer} is a ${seen} here and a ${type.kind} in an earlier sample; a Parquet column has one type; give all samples the same, or write JSONL`;
  return new FormatError('incompatible_columns', message, { pointer });
}
