import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readEvaluation } from './evaluations.ts';
import { changedData } from './manifest.ts';
import { runFolder } from './run-folder.ts';

const folder = runFolder(mkdtempSync(join(tmpdir(), 'orsta-damaged-')));
mkdirSync(folder.evaluations);

it.each(['', '{"step": 0, "summ', 'null', '[]', '{"step":0}'])('names an evaluation that holds %j', async (text) => {
  const path = join(folder.evaluations, 'step-00000000.json');
  writeFileSync(path, text);
  await expect(readEvaluation(folder, 0)).rejects.toMatchObject({ code: 'invalid_run', message: expect.stringContaining(path) });
});

it.each(['', '{"run": "a", "com', 'null', '{}'])('names a manifest that holds %j', async (text) => {
  writeFileSync(folder.manifest, text);
  await expect(changedData(folder.manifest, {})).rejects.toMatchObject({
    code: 'invalid_run',
    message: expect.stringContaining(folder.manifest),
  });
});

it('tells which data files have changed, and says nothing of new ones', async () => {
  const manifest = { started: '', command: [], resumed: [], data: { '/a': '1', '/b': '2' } };
  writeFileSync(folder.manifest, JSON.stringify(manifest));
  expect(await changedData(folder.manifest, { '/a': '1', '/b': '3', '/c': '4' })).toEqual(['/b']);
});
