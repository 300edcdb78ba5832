import { Type, type Static } from 'typebox';

const whole = (minimum: number, description: string) => Type.Optional(Type.Integer({ minimum, description }));
const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

/** Settings of the reward service, as a YAML file may hold them. */
export const ServeSettings = Type.Object(
  {
    host: text('Address to listen on. Default 127.0.0.1; any other needs a token.'),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: 'Port; 0 takes a free one. Default 8700.' })),
    workers: whole(1, 'Worker threads. Default one per core.'),
    deadlineMs: whole(1, 'Milliseconds one response may take. Default 5000.'),
    maxQueued: whole(1, 'Responses that may wait; more are answered 429. Default 65536.'),
    maxBodyMb: whole(1, 'Largest request body. Default 32.'),
    defaultVerifier: text('Verifier of bare labels, for trainers that send one string.'),
    run: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Run of requests that name none. Default default.' })),
    runsDir: text('Folder of all runs. Default runs.'),
    rewardsPerStep: whole(1, 'Results that make a step of the curves where no step is told. Default 1024.'),
    plugins: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'Verifier packages, by npm name or path.' })),
    corsOrigins: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'Web origins that may ask. Default none.' })),
    record: Type.Optional(Type.Boolean({ description: 'Whether runs are recorded. Default true.' })),
  },
  { additionalProperties: false, title: 'orsta serve', description: 'Settings of the reward service.' },
);
/** Settings of the reward service. */
export type ServeSettings = Static<typeof ServeSettings>;
