import { Type } from 'typebox';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { discriminated, settings, SettingsError, withDefault, type SettingsInput } from './settings.ts';

const strict = { additionalProperties: false };
const Schema = Type.Object(
  {
    steps: Type.Integer({ minimum: 1, description: 'Training steps.' }),
    rate: withDefault(Type.Number({ exclusiveMinimum: 0, description: 'Peak learning rate.' }), 1e-4),
    decay: withDefault(Type.Enum(['constant', 'cosine'], { description: 'After warm-up.' }), 'constant'),
    note: Type.Optional(Type.String({ description: 'Free text.' })),
    engine: withDefault(Type.Object({ ranks: withDefault(Type.Integer({ minimum: 1, description: 'Worker threads.' }), 2) }, strict), {}),
    reward: withDefault(
      discriminated(
        [
          Type.Object({ kind: Type.Literal('local') }, strict),
          Type.Object(
            {
              kind: Type.Literal('http'),
              urls: Type.Array(Type.String(), { minItems: 1, description: 'Services.' }),
              retries: withDefault(Type.Integer({ minimum: 0, description: 'Tries after the first.' }), 5),
            },
            strict,
          ),
        ],
        'Who scores.',
      ),
      { kind: 'local' },
    ),
    files: withDefault(
      Type.Array(Type.Object({ path: Type.String(), weight: withDefault(Type.Number(), 1) }, strict), { description: 'Data.' }),
      [],
    ),
  },
  strict,
);
const Training = settings(Schema);

function problemOf(value: unknown): SettingsError {
  try {
    Training.parse(value);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new RangeError('The settings were accepted.');
}

describe('parse', () => {
  it('fills in every default', () => {
    expect(Training.parse({ steps: 3 })).toEqual({
      steps: 3,
      rate: 1e-4,
      decay: 'constant',
      engine: { ranks: 2 },
      reward: { kind: 'local' },
      files: [],
    });
  });

  it('keeps what is given, and fills in inside groups, branches and lists', () => {
    const parsed = Training.parse({
      steps: 3,
      rate: 1,
      note: 'x',
      engine: {},
      reward: { kind: 'http', urls: ['a'] },
      files: [{ path: 'p' }, { path: 'q', weight: 2 }],
    });
    expect(parsed).toMatchObject({ rate: 1, note: 'x', engine: { ranks: 2 }, reward: { kind: 'http', urls: ['a'], retries: 5 } });
    expect(parsed.files).toEqual([
      { path: 'p', weight: 1 },
      { path: 'q', weight: 2 },
    ]);
  });

  it('changes neither its input nor the defaults', () => {
    const input = Object.freeze({ steps: 3 });
    Training.parse(input).files.push({ path: 'p', weight: 1 });
    expect(input).toEqual({ steps: 3 });
    expect(Training.parse(input).files).toEqual([]);
  });

  it('knows the types of what is written and of what is parsed', () => {
    expectTypeOf(Training.parse).returns.toHaveProperty('rate').toEqualTypeOf<number>();
    expectTypeOf<{ steps: number }>().toExtend<SettingsInput<typeof Schema>>();
    expectTypeOf<{ steps: number; reward: { kind: 'http'; urls: string[] } }>().toExtend<SettingsInput<typeof Schema>>();
    expectTypeOf<{ rate: number }>().not.toExtend<SettingsInput<typeof Schema>>();
  });

  it.each([
    [{ steps: 0 }, ['steps'], 'steps is 0; it must be >= 1. Training steps.'],
    [{}, ['steps'], 'steps is missing. Training steps. Add it.'],
    [{ steps: 1, ratee: 2 }, ['ratee'], 'ratee is not a setting. Did you mean "rate"?'],
    [{ stepz: 1 }, ['stepz'], 'stepz is not a setting. Did you mean "steps"?'],
    [{ steps: 1, engine: { ranks: 'two' } }, ['engine', 'ranks'], 'engine.ranks is "two"; it must be integer. Worker threads.'],
    [{ steps: 1, reward: { kind: 'htp' } }, ['reward', 'kind'], 'reward.kind is "htp"; allowed: local, http. Did you mean "http"?'],
    [{ steps: 1, reward: { kind: 'http' } }, ['reward', 'urls'], 'reward.urls is missing. Services. Add it.'],
    [{ steps: 1, decay: 'cosin' }, ['decay'], 'decay is "cosin"; allowed: constant, cosine. Did you mean "cosine"?'],
    [{ steps: 1, rate: null }, ['rate'], 'rate is null; it must be number. Peak learning rate.'],
    [{ steps: 1, rate: Infinity }, ['rate'], 'rate is Infinity; it must be number. Peak learning rate.'],
    [{ steps: 1, rate: NaN }, ['rate'], 'rate is NaN; it must be number.'],
    ['steps', [], 'the value is "steps"'],
  ])('refuses %j', (value, path, message) => {
    const problem = problemOf(value);
    expect(problem.path).toEqual(path);
    expect(problem.message).toContain(message);
  });
});

describe('a union', () => {
  const Threshold = Type.Union([
    Type.Enum(['dynamic', 'average']),
    Type.Number({ maximum: 1 }),
    Type.Object({ kind: Type.Literal('constant'), threshold: Type.Number() }, strict),
    Type.Object({ kind: Type.Enum(['linear', 'cosine']), start: Type.Number(), end: Type.Union([Type.Number(), Type.Null()]) }, strict),
  ]);
  const kit = settings(Type.Object({ threshold: Threshold, list: Type.Optional(Type.Array(Threshold)) }, strict));

  it.each([
    [
      'the branch of the same kind',
      { kind: 'cosine', strat: 0, end: 1 },
      'threshold.strat is not a setting. Did you mean "start"? Known here: kind, start, end.',
    ],
    ['what is missing there', { kind: 'constant' }, 'threshold.threshold is missing. Add it.'],
    ['a union within it', { kind: 'linear', start: 0, end: 'x' }, 'threshold.end is "x"; allowed: number, null.'],
    ['the branch of the same type', 2, 'threshold is 2; it must be <= 1.'],
    ['a text that is nearly one', 'dynamc', 'threshold is "dynamc"; allowed: dynamic, average. Did you mean "dynamic"?'],
    [
      'all, where none was meant',
      { kind: 'sine' },
      'threshold is {"kind":"sine"}; allowed: dynamic, average, number, kind constant, kind linear, kind cosine.',
    ],
    ['all, for a type that none has', [1], 'threshold is [1]; allowed: dynamic, average, number, kind constant, kind linear, kind cosine.'],
  ])('tells of %s', (_what, threshold, message) => {
    expect(() => kit.parse({ threshold })).toThrow(expect.objectContaining({ message }) as SettingsError);
  });

  it('is told apart from another of the same shape', () => {
    const list = [0.5, { kind: 'linear', start: 0, end: null }, { kind: 'constant', treshold: 1 }];
    expect(() => kit.parse({ threshold: 1, list })).toThrow(/^list\.2\.treshold is not a setting\. Did you mean "threshold"\?/);
  });
});

describe('what is derived', () => {
  it('lists the defaults', () => {
    expect(Training.defaults()).toMatchObject({ rate: 1e-4, engine: { ranks: 2 } });
    expect(Training.defaults()).not.toHaveProperty('steps');
  });

  it('explains each setting in a row', () => {
    expect(Training.explain().map(({ path, type, default: value }) => `${path} | ${type} | ${value}`)).toEqual([
      'steps | integer >= 1 | required',
      'rate | number > 0 | 0.0001',
      'decay | one of constant, cosine | constant',
      'note | string | none',
      'engine.ranks | integer >= 1 | 2',
      'reward.kind | one of local, http | local',
      'reward.urls | list of string | required',
      'reward.retries | integer >= 0 | 5',
      'files | list of { path, weight } | []',
    ]);
  });

  it('publishes a schema in which defaults may be left out', () => {
    expect(Training.inputSchema.required).toEqual(['steps']);
    expect(Training.inputSchema.properties?.['engine']?.required).toBeUndefined();
    expect(Training.inputSchema.properties?.['reward']?.oneOf?.[1]?.required).toEqual(['kind', 'urls']);
    expect(Training.inputSchema.properties?.['rate']?.default).toBe(1e-4);
  });
});
