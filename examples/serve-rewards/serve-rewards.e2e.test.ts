import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

describe('serve-rewards', () => {
  it('gets the expected rewards over every wire, and curves per source', () => {
    const script = fileURLToPath(new URL('serve-rewards.mjs', import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect(stdout).not.toContain('WRONG');
    expect(stdout.match(/^ok/gm)).toHaveLength(6);
    expect(status).toBe(0);
  });
});
