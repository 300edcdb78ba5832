// Runs once before all tests and after them: what tests write to the folder for temporary files is gone when they have ended.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup() {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'vtriune-'));
}

export function teardown() {
  rmSync(process.env.TMPDIR, { recursive: true, force: true, maxRetries: 3 });
}
