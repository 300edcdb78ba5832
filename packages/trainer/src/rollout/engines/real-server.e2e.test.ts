// The checks of rollout engines against a server that somebody has started: VTRIUNE_ROLLOUT_URL and VTRIUNE_ROLLOUT_PROTOCOL (vllm or sglang) say where
// it is. It must serve apps/orsta/models/orsta-nano-base; the head of vllm.ts and of sglang.ts has the command.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { selectBackend } from '../../backend/select-backend.ts';
import { makeRolloutExamples } from '../../testing/rollout-examples.ts';
import { checkRolloutEngine } from '../testing/check-rollout-engine.ts';
import { sglangRollouts } from './sglang.ts';
import { vllmRollouts } from './vllm.ts';

const NANO = fileURLToPath(new URL('../../../../../apps/orsta/models/orsta-nano-base', import.meta.url));
const { VTRIUNE_ROLLOUT_URL: url, VTRIUNE_ROLLOUT_PROTOCOL: protocol = 'vllm' } = process.env;

it.skipIf(url === undefined)(
  url === undefined
    ? 'a real rollout server passes the checks (skipped: VTRIUNE_ROLLOUT_URL is not set)'
    : `${protocol} at ${url} passes the checks`,
  { timeout: 600_000 },
  async () => {
    await selectBackend({ prefer: ['wasm'] });
    const folder = await mkdtemp(join(tmpdir(), 'real-rollouts-'));
    // The CPU build of vLLM 0.32 packs the head once, and a reload leaves it as it was where the embeddings are tied.
    const examples = await makeRolloutExamples(NANO, folder, /embed_tokens/);
    const server = { url: String(url), processor: examples.processor };
    const rollouts = protocol === 'vllm' ? vllmRollouts(server) : sglangRollouts(server);
    try {
      // A server keeps the names of adapters that another run has left.
      const named = (version: string): string => `${version}-${folder.slice(-6)}`;
      const updates = examples.updates.map(({ weights, ...own }) => ({ ...own, weights: { ...weights, version: named(weights.version) } }));
      expect(await checkRolloutEngine({ ...examples, updates, rollouts, tolerance: 0.01 })).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
