#!/usr/bin/env node
// The command `orsta`. It is not the build itself because npm and pnpm link a command when they install, and a fresh checkout has no build then.
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli.js', import.meta.url);

if (existsSync(program)) await import(program.href);
else {
  console.error('orsta is not built. Run `npm run setup` in the root of the repository, then try again.');
  process.exitCode = 1;
}
