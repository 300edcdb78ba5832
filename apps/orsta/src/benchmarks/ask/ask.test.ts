import { mkdtempSync, appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defineBenchmark, type Benchmark } from '../contract.ts';
import type { Asker } from './asker.ts';
import { collectResponses, type CollectOptions } from './collect-responses.ts';
import { startFakeServer, type FakeReply, type FakeRequest, type FakeServer } from '../../../test/fake-chat-server.ts';
import { writeImages } from '../../run/image-file.ts';
import { promptParts } from './prompt-parts.ts';
import { openResponseLog } from './response-log.ts';
import { sdkAsker } from './sdk-asker.ts';
import { serverAsker } from './server-asker.ts';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');
const settings = { maxNewTokens: 8, temperature: 0, seed: 5 };

function questions(count: number): Benchmark {
  return defineBenchmark<null>({
    name: 'made',
    title: 'Made',
    sources: { official: 'here' },
    prompts: ['official'],
    layout: 'none',
    async *read() {
      for (let i = 0; i < count; i++)
        yield {
          id: `q${String(i)}`,
          prompts: { official: `<image>Question ${String(i)}?` },
          images: [{ bytes: PNG }],
          groups: {},
          truth: null,
        };
    },
    scorer: () => ({ judge: (_, response) => ({ score: 1, answer: response, expected: '' }) }),
  });
}

const servers: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function server(reply: (request: FakeRequest, count: number) => FakeReply): Promise<FakeServer> {
  const started = await startFakeServer(reply);
  servers.push(started);
  return started;
}

function askerOf({ url }: FakeServer, slots = 4, timeoutMs = 5000): Asker {
  return serverAsker({ url, model: 'm', apiKey: 'secret', slots, timeoutMs, settings });
}

async function collect(asker: Asker, given: Partial<CollectOptions> & { count?: number; path?: string } = {}) {
  const path = given.path ?? join(mkdtempSync(join(tmpdir(), 'ask-')), 'responses.jsonl');
  const log = await openResponseLog(path);
  const signal = new AbortController().signal;
  const done = collectResponses({
    benchmark: questions(given.count ?? 12),
    data: '',
    prompt: 'official',
    attempts: 1,
    retries: 3,
    pauseMs: 1,
    asker,
    log,
    signal,
    ...given,
  });
  return { done, log, path };
}

describe('asking a server', () => {
  it('sends image and text in turn, model, seed and token, and logs answers with their tokens', async () => {
    const fake = await server(({ prompt }) => ({ text: prompt.toUpperCase() }));
    const { done, log } = await collect(askerOf(fake), { count: 1 });
    expect(await done).toMatchObject({ requests: 1, retries: 0 });
    const [request] = fake.requests;
    expect(request?.authorization).toBe('Bearer secret');
    expect(request?.body).toMatchObject({ model: 'm', max_tokens: 8, temperature: 0, seed: 5 });
    expect(request?.body.messages[0]?.content.map(({ type }) => type)).toEqual(['image_url', 'text']);
    expect(JSON.stringify(request?.body)).toContain('data:image/png;base64,iVBOR');
    expect(log.answers).toEqual([{ id: 'q0', attempt: 0, response: 'QUESTION 0?', prompt_tokens: 11, completion_tokens: 11 }]);
  });

  it('keeps all slots busy and no more', async () => {
    const fake = await server(() => ({ text: 'x', delayMs: 20 }));
    const { done } = await collect(askerOf(fake, 6), { count: 30 });
    await done;
    expect(fake.mostAtOnce()).toBe(6);
    expect(fake.requests).toHaveLength(30);
  });

  it('tries again when the server is busy, fails or breaks off, and logs each answer once', async () => {
    const kinds: FakeReply[] = [{ status: 429, text: 'busy' }, { status: 503, text: 'down' }, { breakOff: true }];
    const fake = await server((_, count) => kinds[count - 1] ?? { text: 'x' });
    const { done, log } = await collect(askerOf(fake), { count: 8 });
    expect(await done).toMatchObject({ requests: 11, retries: 3 });
    expect(new Set(log.answers.map(({ id }) => id)).size).toBe(8);
    expect(log.answers).toHaveLength(8);
  });

  it('waits as long as the server asks', async () => {
    const fake = await server((_, count) => (count === 1 ? { status: 429, headers: { 'retry-after': '0.2' } } : { text: 'x' }));
    const began = performance.now();
    await (
      await collect(askerOf(fake), { count: 1 })
    ).done;
    expect(performance.now() - began).toBeGreaterThan(190);
  });

  it('gives up after its tries, with the number of them and what to do', async () => {
    const fake = await server(() => ({ status: 500, text: 'broken' }));
    const { done } = await collect(askerOf(fake, 1), { count: 2, retries: 2 });
    await expect(done).rejects.toMatchObject({
      code: 'evaluation_failed',
      message: expect.stringMatching(/answered 500 to q0.*Tried 3 times/s),
    });
    expect(fake.requests).toHaveLength(3);
  });

  it('does not try again what the server does not take', async () => {
    const fake = await server(() => ({ status: 400, text: 'no such model' }));
    const { done } = await collect(askerOf(fake, 1), { count: 3 });
    await expect(done).rejects.toThrow(/answered 400 to q0: .*no such model/);
    expect(fake.requests).toHaveLength(1);
  });

  it('ends a request that takes too long and asks again', async () => {
    const fake = await server((_, count) => (count === 1 ? { delayMs: 3000, text: 'late' } : { text: 'x' }));
    const { done, log } = await collect(askerOf(fake, 1, 100), { count: 1 });
    await done;
    expect(log.answers[0]?.response).toBe('x');
  });

  it('goes on where it was stopped, asks nothing twice, and cuts a torn line off', async () => {
    const stop = new AbortController();
    const first = await server((_, count) => {
      if (count === 7) stop.abort();
      return { text: 'first' };
    });
    const { done, log, path } = await collect(askerOf(first, 1), { count: 20, signal: stop.signal });
    await done;
    const answered = log.answers.length;
    expect(answered).toBeLessThan(20);
    appendFileSync(path, '{"id":"q19","attempt":0,"resp');
    const second = await server(() => ({ text: 'second' }));
    const again = await collect(askerOf(second, 3), { count: 20, path });
    await again.done;
    expect(second.requests).toHaveLength(20 - answered);
    const lines = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
    expect(new Set(lines.map(({ id }) => id)).size).toBe(20);
    expect(lines).toHaveLength(20);
  });

  it('asks several attempts with different seeds', async () => {
    const fake = await server(({ body }) => ({ text: String(body.seed) }));
    const { done, log } = await collect(askerOf(fake), { count: 2, attempts: 3 });
    await done;
    expect(log.answers.map(({ id, attempt, response }) => `${id} ${String(attempt)} ${response}`).sort()).toEqual([
      'q0 0 5',
      'q0 1 6',
      'q0 2 7',
      'q1 0 5',
      'q1 1 6',
      'q1 2 7',
    ]);
  });

  it('logs the turns of a model with tools, with the images that it was shown', async () => {
    const image = { width: 2, height: 1, data: new Uint8Array(6) };
    const turn = (role: 'assistant' | 'tool', text: string, images = role === 'tool' ? [image] : []) => ({ role, text, images });
    const trajectory = { turns: [turn('assistant', 'look'), turn('tool', '<image>'), turn('assistant', '4')], toolCalls: 1, toolErrors: 0 };
    const asker: Asker = {
      model: 'm',
      batchSize: 2,
      slots: 1,
      ask: (requests) => Promise.resolve(requests.map(() => ({ response: '4', trajectory, promptTokens: 3, completionTokens: 2 }))),
      close: () => Promise.resolve(),
    };
    const folder = join(mkdtempSync(join(tmpdir(), 'turns-')), 'images');
    const { done, log, path } = await collect(asker, { count: 2, keepImages: (images) => writeImages(folder, images) });
    await done;
    const again = await openResponseLog(path);
    for (const { answers } of [log, again]) {
      expect(answers[1]).toMatchObject({ id: 'q1', response: '4', tool_calls: 1, tool_errors: 0 });
      expect(answers[1]?.turns?.map(({ role, text }) => `${role} ${text}`)).toEqual(['assistant look', 'tool <image>', 'assistant 4']);
      expect(answers[1]?.turns?.[1]?.images).toEqual(readdirSync(folder).map((name) => `images/${name}`));
    }
  });

  it('refuses a log with a broken line, naming it', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ask-')), 'responses.jsonl');
    writeFileSync(path, '{"id":1}\n');
    await expect(openResponseLog(path)).rejects.toMatchObject({
      code: 'invalid_run',
      message: expect.stringContaining('responses.jsonl:1'),
    });
  });
});

describe('asking a model of the AI SDK', () => {
  const moduleWith = (body: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'sdk-')), 'model.mjs');
    writeFileSync(path, body);
    return path;
  };

  it('passes image, text and settings to the LanguageModel and takes its usage', async () => {
    const module = moduleWith(`const seen = [];
export default { specificationVersion: 'v2', provider: 'made', modelId: 'made-1', supportedUrls: {}, seen, doGenerate: async (options) => {
  seen.push(options);
  return { content: [{ type: 'text', text: 'It is 4.' }], finishReason: 'stop', usage: { inputTokens: 9, outputTokens: 4, totalTokens: 13 }, warnings: [] };
} };`);
    const asker = await sdkAsker({ module, cwd: '/', slots: 2, timeoutMs: 1000, settings });
    expect(asker.model).toBe('made-1');
    const { done, log } = await collect(asker, { count: 1 });
    await done;
    expect(log.answers[0]).toEqual({ id: 'q0', attempt: 0, response: 'It is 4.', prompt_tokens: 9, completion_tokens: 4 });
  });

  it('refuses a module without a model', async () => {
    await expect(
      sdkAsker({ module: moduleWith('export default 5;'), cwd: '/', slots: 1, timeoutMs: 1000, settings }),
    ).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('promptParts', () => {
  const [a, b] = [{ path: 'a' }, { path: 'b' }];
  it('puts images where they are named, and the others first', () => {
    expect(promptParts('see <image 2> here', [a, b])).toEqual([{ image: a }, { text: 'see ' }, { image: b }, { text: ' here' }]);
    expect(promptParts('<image><image>x', [a, b])).toEqual([{ image: a }, { image: b }, { text: 'x' }]);
    expect(() => promptParts('<image 3>', [a])).toThrow(/has 1 images/);
  });
});
