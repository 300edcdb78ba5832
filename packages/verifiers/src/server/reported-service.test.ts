// Calls of the reward service that public bug reports are about. The file says in words what was sent; the bodies are made here.
import { writeEnvelope } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import { absent, note, reportedCases } from '../../test/reported.ts';
import { setUp } from '../../test/set-up-service.ts';
import { nemoGym } from './protocols/nemo-gym.ts';
import { openrlhf } from './protocols/openrlhf.ts';
import { slime } from './protocols/slime.ts';
import { createVTriuneAdapter } from './protocols/v-triune.ts';

const prompt = '<|im_start|>user\nWhat is 6 x 7?<|im_end|>\n<|im_start|>assistant\n';
const truth = { data_source: 'geo', verifier: 'mathverify', ground_truth: '42' };
const label = writeEnvelope(truth);

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly rewards?: readonly number[]; readonly error?: { readonly message: string } };
}

async function send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const { handler } = setUp({ protocols: [openrlhf, slime, nemoGym, createVTriuneAdapter()] });
  const bytes = Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
  const init = { method: 'POST', body: bytes, headers: { 'content-type': 'application/json', ...headers } };
  const response = await handler.fetch(new Request(`http://host${path}`, init));
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

function openRlhf(query: string, labels?: readonly string[]): Promise<Answer> {
  return send('/get_reward', { query: [`${prompt}${query}`], prompts: [prompt], ...(labels === undefined ? {} : { labels }) });
}

/** Two different letters in Latin-1, which are the same sign once they are read as broken UTF-8. */
function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

const SCORED = { data_source: 's', verifier: 'text', ground_truth: 'café', response: 'cafè', id: '1' };

/** Id of a case -> what is called and how it must end. */
const CALLS: Readonly<Record<string, () => Promise<void>>> = {
  'svc-openrlhf-env': async () => expect((await openRlhf('\\boxed{42}', [label])).body).toMatchObject({ rewards: [1] }),
  'svc-openrlhf-eos': async () => expect((await openRlhf('The answer is 42<|im_end|>', [label])).body).toMatchObject({ rewards: [1] }),
  'svc-openrlhf-bare': async () =>
    expect((await openRlhf('4', ['4'])).body).toMatchObject({
      extra_logs: { failed: [1] },
      errors: [{ message: expect.stringContaining('"4"') }],
    }),
  'svc-openrlhf-queryonly': async () =>
    expect((await openRlhf('42')).body).toMatchObject({
      extra_logs: { failed: [1] },
      errors: [{ message: expect.stringContaining('no ground truth') }],
    }),
  'svc-slime': async () => {
    const body = {
      prompt: [{ role: 'user', content: '?' }],
      response: '4',
      label: '4',
      metadata: { verifier: 'numeric', data_source: 's' },
    };
    expect((await send('/slime', body)).body).toMatchObject({ score: 1, failed: 0 });
  },
  'svc-slime-eos': async () => {
    const body = { prompt: '?', response: 'The answer is 4<|im_end|>', label: '4', metadata: { verifier: 'numeric' } };
    expect((await send('/slime', body)).body).toMatchObject({ score: 1, failed: 0 });
  },
  'svc-judge': async () => {
    const body = {
      response: '<think>\nx\n</think>\n\n<answer>\n\\boxed{42}\n</answer>',
      prompt: '?',
      answer: '42',
      solution: '\\boxed{42}',
      data_source: 'geo',
      reward_verifier: 'mathverify',
      reward_verifier_parm: '{}',
      accuracy_ratio: 1,
      format_ratio: 0,
    };
    const answer = await send('/judge', body);
    expect({ ...answer, body: JSON.stringify(answer.body) }).toMatchObject({
      status: 200,
      body: expect.stringMatching(/"final_reward":1\b/),
    });
  },
  'svc-nemo': async () => {
    const content = [{ type: 'output_text', text: 'The answer is \\boxed{42}.', annotations: [] }];
    const body = {
      responses_create_params: { input: [] },
      response: { id: 'r', output: [{ id: 'm', type: 'message', role: 'assistant', status: 'completed', content }] },
      expected_answer: '42',
      verifier_metadata: { verifier: 'mathverify' },
    };
    expect((await send('/verify', body)).body).toMatchObject({ reward: 1, failed: 0 });
  },
  'svc-latin1': async () => {
    const { status } = await send('/v1/rewards', latin1(JSON.stringify({ requests: [SCORED] })));
    expect(status).toBe(400);
  },
  'svc-gbk': async () => {
    const gbk = Buffer.concat([latin1('{"requests":[{"ground_truth":"'), Buffer.from([0xbc, 0xd2]), latin1('"}]}')]);
    const { status } = await send('/v1/rewards', gbk, { 'content-type': 'application/json; charset=gbk' });
    expect([400, 415]).toContain(status);
  },
  'svc-latin1-openrlhf': async () => {
    const { status } = await send('/get_reward', latin1(JSON.stringify({ query: ['café'], prompts: [''], labels: [label] })));
    expect(status).toBe(400);
  },
  'svc-gzip': async () => {
    const { status } = await send('/v1/rewards', { requests: [] }, { 'content-encoding': 'gzip' });
    expect(status).toBe(415);
  },
  'svc-nan': async () => {
    const { status, body } = await send('/v1/rewards', latin1('{"requests": [{"ground_truth": NaN}]}'));
    expect({ status, message: body.error?.message }).toMatchObject({ status: 400, message: expect.stringMatching(/NaN|position/) });
  },
};

/** The printed adapters are Python: apps/orsta/src/adapters/adapters.e2e.test.ts runs their tests, and `pnpm bench trainers` the real trainers. */
const IN_PYTHON = ['svc-verl-numpy', 'svc-verl-gsm8k', 'svc-verl-searchr1', 'svc-trl', 'svc-trl-none', 'svc-easyr1'];

const ids = reportedCases('service').map(({ id }) => id);

describe.skipIf(absent)(`reported calls of the service${note}`, () => {
  it.each(ids.filter((id) => !IN_PYTHON.includes(id)))('%s', async (id) => {
    const call = CALLS[id];
    if (call === undefined) throw new Error(`No call is made for "${id}". Add it to CALLS.`);
    await call();
  });
});
