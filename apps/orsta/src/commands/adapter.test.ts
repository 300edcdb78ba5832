import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapterNames, adapterText } from '../adapters/adapter-text.ts';
import { adapterCommand } from './adapter.ts';
import type { CommandContext } from '../context.ts';

const folder = mkdtempSync(join(tmpdir(), 'orsta-adapter-'));
const output = vi.fn<(text: string) => void>();
const notice = vi.fn<(text: string) => void>();
const context = { output, notice, cwd: folder } as unknown as CommandContext;

beforeEach(() => vi.clearAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('adapterText', () => {
  it.each(adapterNames)('%s is one file that needs no other', async (name) => {
    const text = await adapterText(name);
    expect(text).toMatch(/^"""[^"]/);
    expect(text).not.toMatch(/<\/?splice>|from _(?!_)|import _/);
    expect(text.match(/from __future__/g)).toHaveLength(1);
    expect(text.match(/^class Settings\(NamedTuple\):$/gm)).toHaveLength(1);
    expect(text.match(/^def client_for\(/gm)).toHaveLength(1);
    expect(text).toContain(`orsta adapter ${name} --out`);
  });

  it.each(['verl', 'trl'])('%s can bring what streams to the monitor, in the same file', async (name) => {
    const text = await adapterText(name, { monitor: true });
    expect(text.startsWith(await adapterText(name))).toBe(true);
    expect(text).not.toMatch(/<\/?splice>|from _(?!_)|import _/);
    expect(text.match(/from __future__/g)).toHaveLength(1);
    expect(text.match(/^class Monitor:$/gm)).toHaveLength(1);
    // Two functions of one name in one file would be one.
    const names = [...text.matchAll(/^(?:class|(?:async )?def|[_A-Z]+ =) ?(\w*)/gm)].map(([head, known]) => known || head);
    expect(names.filter((one, index) => names.indexOf(one) !== index)).toEqual([]);
  });

  it.each(['ms-swift', 'easyr1'])('%s has no such part', async (name) => {
    await expect(adapterText(name, { monitor: true })).rejects.toThrow(`--with-monitor is for trl and verl: ${name} has no place`);
  });

  it.each([
    ['verl', 'async def compute_score(data_source, solution_str, ground_truth, extra_info'],
    ['trl', 'def make_reward('],
    ['ms-swift', 'orms["vtriune"] = VTriuneReward'],
    ['easyr1', 'REWARD_TYPE = "batch"'],
  ])('%s has what the trainer looks for', async (name, entry) => {
    expect(await adapterText(name)).toContain(entry);
  });

  it('imports the standard library only', async () => {
    const standard =
      /^(?:__future__|asyncio|concurrent|email|http|itertools|json|logging|math|os|random|threading|time|typing|urllib|uuid)\b/;
    for (const name of adapterNames) {
      const imported = (await adapterText(name)).matchAll(/^(?:import|from) ([\w.]+)/gm);
      for (const [, module = ''] of imported) expect(module).toMatch(standard);
    }
  });
});

describe('adapterCommand', () => {
  it('prints what it writes, and replaces a file only when told to', async () => {
    await adapterCommand('trl', {}, context);
    await adapterCommand('trl', { out: 'made/vtriune_trl.py' }, context);
    const file = join(folder, 'made/vtriune_trl.py');
    expect(readFileSync(file, 'utf8')).toBe(output.mock.calls[0]?.[0]);
    expect(notice.mock.calls[0]?.[0]).toContain(file);

    await expect(adapterCommand('verl', { out: 'made/vtriune_trl.py' }, context)).rejects.toMatchObject({
      code: 'invalid_data',
      message: expect.stringContaining('--force'),
    });
    expect(readFileSync(file, 'utf8')).toContain('make_reward');
    await adapterCommand('verl', { out: 'made/vtriune_trl.py', force: true }, context);
    expect(readFileSync(file, 'utf8')).toBe(await adapterText('verl'));
  });

  it('names the adapters there are', async () => {
    await expect(adapterCommand('openrlhf', {}, context)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('verl, trl, ms-swift, easyr1'),
    });
    await expect(adapterCommand('toString', {}, context)).rejects.toMatchObject({ code: 'usage' });
    expect(output).not.toHaveBeenCalled();
  });
});
