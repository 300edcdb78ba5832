import { Type, type Static, type TObject, type TUnsafe } from 'typebox';

/**
 * A choice between objects that the field `kind` tells apart. Errors then speak of the chosen branch alone, which a plain union cannot do.
 */
export function discriminated<Branches extends readonly TObject[]>(
  branches: Branches,
  description: string,
): TUnsafe<Static<Branches[number]>> {
  return Type.Unsafe<Static<Branches[number]>>({
    type: 'object',
    description,
    discriminator: { propertyName: 'kind' },
    required: ['kind'],
    oneOf: [...branches],
  });
}
