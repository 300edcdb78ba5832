import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './workspace.mjs';

// Tools of this workspace first, and none of them may phone home.
const QUIET_TOOLS = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', npm_config_update_notifier: 'false' };
function searchPath() {
  return [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
}

/**
 * Runs a program to its end. An interrupt reaches the child too (same terminal), so this process only waits for it:
 * a training run must be able to write its checkpoint after Ctrl-C.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, capture?: boolean }} [options] `capture` returns the output instead of showing it
 * @returns {Promise<{ code: number, output: string, errors: string }>} 128 + signal number where a signal ended it
 */
export function run(program, args, { cwd = root, env = {}, capture = false } = {}) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, PATH: searchPath(), ...QUIET_TOOLS, ...env },
    stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    shell: process.platform === 'win32',
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name]?.setEncoding('utf8').on('data', (part) => (text[name] += part));
  const release = holdSignals(child);
  return new Promise((resolve) => {
    const finish = (code) => {
      release();
      resolve({ code, output: text.stdout, errors: text.stderr });
    };
    child.once('error', (error) => {
      text.stderr += `${program}: ${error.message}`;
      finish(127);
    });
    child.once('close', (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  });
}

function holdSignals(child) {
  const wait = () => {};
  const forward = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', forward);
  return () => process.off('SIGINT', wait).off('SIGTERM', forward);
}
