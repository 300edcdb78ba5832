// The README's examples of LoRA with a reward of one's own and of a tool, as they stand there, on the small model of this repository.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const model = fileURLToPath(new URL('../../../apps/orsta/models/orsta-nano-base', import.meta.url));

/** The script of an example and what is printed by it, as the README has them under a heading. */
function runExample(code: string, { name, cwd }: { name: string; cwd: string }): Promise<{ stdout: string }> {
  const script = join(root, 'dist', name);
  writeFileSync(
    script,
    ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText,
  );
  return promisify(execFile)(process.execPath, [script], { cwd });
}

function exampleUnder(heading: string): string {
  const page = readFileSync(join(root, 'README.md'), 'utf8');
  const section = page.slice(page.indexOf(`\n${heading}\n`));
  const code = /```ts\n([\s\S]*?)```/.exec(section)?.[1];
  if (code === undefined) throw new RangeError(`README.md has no example under ${heading}`);
  return code;
}

describe('the README', () => {
  it('adds LoRA to a model folder and trains with a reward of the reader', { timeout: 300_000 }, async () => {
    const code = exampleUnder('## LoRA, and a reward of your own');
    expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
    const folder = mkdtempSync(join(tmpdir(), 'vtriune-lora-'));
    mkdirSync(join(folder, 'models'));
    symlinkSync(model, join(folder, 'models', 'qwen2.5-vl'));
    const gray = { width: 56, height: 56, channels: 3, background: { r: 128, g: 128, b: 128 } } as const;
    await sharp({ create: gray }).png().toFile(join(folder, 'gray.png'));
    const { stdout } = await runExample(code, { name: '.lora-example.mjs', cwd: folder });
    const rewards = [...stdout.matchAll(/step (\d+): reward (\d\.\d+)/g)].map(([, , reward]) => Number(reward));
    expect(rewards).toHaveLength(20);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(rewards.slice(-5))).toBeGreaterThan(mean(rewards.slice(0, 3)) + 0.1);
    expect(existsSync(join(folder, 'adapter', 'adapter_config.json'))).toBe(true);
  });

  it('writes a tool, and shows what the policy reads', { timeout: 60_000 }, async () => {
    const heading = '### Write a tool';
    const { stdout } = await runExample(exampleUnder(heading), { name: '.tool-example.mjs', cwd: root });
    const page = readFileSync(join(root, 'README.md'), 'utf8');
    const shown = /```text\n([\s\S]*?)```/.exec(page.slice(page.indexOf(heading)))?.[1];
    expect(stdout).toBe(shown);
  });
});
