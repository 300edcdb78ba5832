import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEvaluation } from './run-folder.ts';

const settings = { benchmark: 'made', data: 'd', model: 'm', prompt: 'plain', temperature: 0, max_new_tokens: 8, seed: 1 };
const tools = { use: [{ name: 'image_zoom_in_tool', pixels: 6400 }], maxTurns: 2, maxTokens: 128, describe: false };

it('goes on with the same settings alone, tools among them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaluation-'));
  await openEvaluation(folder, { ...settings, tools });
  await openEvaluation(folder, { ...settings, tools: { ...tools, use: [...tools.use] } });
  await expect(openEvaluation(folder, { ...settings, tools: { ...tools, maxTurns: 3 } })).rejects.toMatchObject({
    code: 'run_exists',
    message: expect.stringMatching(/has responses for tools \{.*"maxTurns":2.*, and now tools is \{.*"maxTurns":3/) as string,
  });
  await expect(openEvaluation(folder, settings)).rejects.toThrow(/now tools is absent/);
  const plain = mkdtempSync(join(tmpdir(), 'evaluation-'));
  await openEvaluation(plain, { ...settings, tools: undefined });
  await openEvaluation(plain, settings);
  await expect(openEvaluation(plain, { ...settings, tools })).rejects.toThrow(/has responses for tools absent, and now tools is/);
});
