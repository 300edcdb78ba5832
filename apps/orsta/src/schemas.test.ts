import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { schemas } from './schemas.ts';

describe('schemas', () => {
  it.each(Object.entries(schemas))('%s stands in schema/ as it is here', (name, schema) => {
    const file = new URL(`../schema/${name}.json`, import.meta.url);
    expect(existsSync(file)).toBe(true);
    const { $schema, ...stored } = JSON.parse(readFileSync(file, 'utf8'));
    expect($schema).toContain('draft-07');
    expect(stored).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('describes every setting of a recipe', () => {
    const bare = JSON.stringify(schemas['recipe'], (_, value) =>
      value?.type === 'integer' && value.description === undefined ? 'BARE' : value,
    );
    expect(bare).not.toContain('BARE');
  });
});
