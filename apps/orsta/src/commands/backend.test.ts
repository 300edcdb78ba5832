import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandContext } from '../context.ts';
import { commandTable } from '../command-table.ts';
// The table loads it when it is asked for; here before the clock of a test runs.
import './backend.ts';

let cache = '';
let written = '';
const context = {
  output: (text: string) => (written += text),
  notice: () => undefined,
  signal: new AbortController().signal,
  terminal: { isTTY: false, columns: 100, color: false },
  cwd: '.',
  commandLine: [],
} as unknown as CommandContext;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'cache-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  written = '';
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

function orsta(...parameters: string[]): Promise<unknown> {
  return commandTable(context).parseAsync(['node', 'orsta', ...parameters]);
}

describe('orsta backend', () => {
  it('lists what is installed and what may be', async () => {
    await orsta('backend', 'list');
    expect(written).toContain('tfjs-node      not installed; orsta backend install cpu adds TensorFlow 2.21.0');
    expect(written).toContain('wasm           always there');
  });

  it('takes cpu and gpu only', async () => {
    await expect(orsta('backend', 'install', 'tpu')).rejects.toMatchObject({ code: 'usage' });
    await expect(orsta('backend', 'install', 'tpu')).rejects.toThrow('There is no native backend "tpu". Name cpu or gpu.');
  });

  it('says what is wrong with the index, and leaves no folder with an install in it', async () => {
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:1/simple');
    await expect(orsta('backend', 'install', 'cpu', '--no-pip')).rejects.toMatchObject({ code: 'download_failed' });
    written = '';
    await orsta('backend', 'list');
    expect(written).toContain('tfjs-node      not installed');
    expect(existsSync(join(cache, 'vtriune/tensorflow/cpu-2.21.0'))).toBe(false);
  });
});
