import { Type, type Static, type TObject, type TSchema, type TUnsafe } from 'typebox';

/** A schema with a default: the setting may be left out and then has this value. */
export type WithDefault<Schema extends TSchema> = Schema & { readonly default: unknown };

/** A choice between groups of settings that the field `kind` tells apart. */
export type Discriminated<Branches extends readonly TObject[]> = TUnsafe<Static<Branches[number]>> & { readonly oneOf: Branches };

type Simplify<T> = { [Key in keyof T]: T[Key] } & {};
type Omittable = { readonly default: unknown } | { readonly '~optional': true };

/** The type of settings as people write them: what has a default may be left out. */
export type SettingsInput<Schema> = Schema extends { readonly oneOf: infer Branches extends readonly TObject[] }
  ? SettingsInput<Branches[number]>
  : Schema extends TObject<infer Properties>
    ? Simplify<
        { [Key in keyof Properties as Properties[Key] extends Omittable ? never : Key]: SettingsInput<Properties[Key]> } & {
          [Key in keyof Properties as Properties[Key] extends Omittable ? Key : never]?: SettingsInput<Properties[Key]>;
        }
      >
    : Schema extends TSchema
      ? Static<Schema>
      : never;

/**
 * Gives a setting its default: `withDefault(Type.Number({ description: 'Peak learning rate.' }), 1e-4)`. The default is part of the schema
 * and stated nowhere else. A group whose settings all have defaults takes `{}`.
 */
export function withDefault<Schema extends TSchema>(schema: Schema, value: SettingsInput<Schema>): WithDefault<Schema> {
  // Descriptors, since TypeBox keeps its marks in properties that a spread does not copy.
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema)) as Schema;
  return Object.assign(copy, { default: value as unknown });
}

/**
 * A choice between groups of settings, told apart by the field `kind`, a literal in each. Errors speak of the chosen group alone, which
 * they cannot do for a plain union.
 */
export function discriminated<const Branches extends readonly TObject[]>(branches: Branches, description: string): Discriminated<Branches> {
  return Type.Unsafe<Static<Branches[number]>>({
    type: 'object',
    description,
    discriminator: { propertyName: 'kind' },
    required: ['kind'],
    oneOf: [...branches],
  }) as Discriminated<Branches>;
}
