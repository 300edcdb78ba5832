import { describe, expect, expectTypeOf, it } from 'vitest';
import { Sample, type SampleImage } from './sample.ts';
import { schemas } from './schemas.ts';

describe('the Sample schema', () => {
  it('is plain JSON Schema with the field names of Orsta-Data-47k', () => {
    const schema = JSON.parse(JSON.stringify(schemas['sample'])) as {
      properties: Record<string, { properties?: object }>;
      required: string[];
    };
    expect(schema.required).toEqual(['data_source', 'images', 'prompt', 'ability', 'reward_model', 'extra_info']);
    expect(Object.keys(schema.properties['reward_model']?.properties ?? {})).toEqual(
      expect.arrayContaining(['answer', 'ground_truth', 'accuracy_ratio', 'format_ratio', 'verifier', 'verifier_parm']),
    );
    expect(JSON.stringify(schema)).toContain('"contentEncoding":"base64"');
  });

  it('derives the form in memory', () => {
    expectTypeOf<NonNullable<SampleImage['bytes']>>().toEqualTypeOf<Uint8Array>();
    expectTypeOf<Sample['extra_info']['id']>().toEqualTypeOf<string>();
    expect(Object.keys(Sample.properties)).toHaveLength(6);
  });
});
