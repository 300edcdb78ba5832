import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { builtins } from './builtins/builtins.ts';
import { schemas } from './schemas.ts';

describe('schemas', () => {
  it('are draft-07 and change only on purpose', async () => {
    for (const [name, schema] of Object.entries(schemas)) {
      expect(() => new Ajv({ strict: false }).compile(schema)).not.toThrow();
      await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../test/fixtures/${name}.schema.snap`);
    }
  });

  it('describe the parameters of every built-in, closed against typing errors', async () => {
    expect(builtins.filter(({ parameters }) => !('additionalProperties' in parameters))).toEqual([]);
    const parameters = Object.fromEntries(builtins.map((verifier) => [verifier.name, { ...verifier.parameters }]));
    await expect(`${JSON.stringify(parameters, null, 2)}\n`).toMatchFileSnapshot('../test/fixtures/builtin-parameters.snap');
  });
});
