import { settings, withDefault, type SettingsInput } from '@vtriune/format/settings';
import { PoolSettings } from '@vtriune/verifiers/server';
import { Type, type Static } from 'typebox';

function whole(minimum: number, description: string) {
  return Type.Integer({ minimum, description });
}
function text(description: string) {
  return Type.String({ minLength: 1, description });
}
function texts(description: string) {
  return Type.Array(Type.String({ minLength: 1 }), { description });
}
const { workers, plugins, deadlineMs, maxQueued } = PoolSettings.properties;

const Schema = Type.Object(
  {
    host: withDefault(text('Address to listen on. Any other than 127.0.0.1 needs a token.'), '127.0.0.1'),
    port: withDefault(Type.Integer({ minimum: 0, maximum: 65_535, description: 'Port; 0 takes a free one.' }), 8700),
    workers,
    deadlineMs,
    maxQueued,
    maxBodyMb: withDefault(whole(1, 'Largest request body.'), 32),
    defaultVerifier: Type.Optional(text('Verifier of bare labels, for trainers that send one string.')),
    run: withDefault(Type.String({ minLength: 1, maxLength: 200, description: 'Run of requests that name none.' }), 'default'),
    runsDir: withDefault(text('Folder of all runs.'), 'runs'),
    maxRuns: withDefault(whole(1, 'Runs that are recorded; results of further ones are scored and not recorded.'), 1000),
    rewardsPerStep: withDefault(whole(1, 'Results that make a step of the curves where no step is told.'), 1024),
    redisUrl: Type.Optional(text('Redis that several services share for progress and repeated calls, such as redis://host:6379.')),
    plugins,
    corsOrigins: withDefault(texts('Web origins that may ask.'), []),
    record: withDefault(Type.Boolean({ description: 'Records of runs: every result, and curves per source.' }), true),
  },
  { additionalProperties: false, title: 'orsta serve', description: 'Settings of the reward service.' },
);

/** Settings of the reward service: `orsta serve` takes them as options and from a YAML file. */
export const ServeSettings = settings(Schema);
/** The settings with all defaults. */
export type ServeSettings = Static<typeof Schema>;
/** The settings as people give them. */
export type ServeSettingsInput = SettingsInput<typeof Schema>;
