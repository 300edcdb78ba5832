import { run } from '../lib/run.mjs';
import { tarballs } from '../lib/tarballs.mjs';

/** The tarballs that would be published: package.json and files agree (publint), and every resolver finds the types (attw). */
export const packed = {
  what: 'publint and attw on the packed packages',
  run: async () => {
    const problems = [];
    for (const [name, file] of await tarballs()) {
      const checks = [
        ['publint', ['run', file, '--strict']],
        ['attw', [file, '--profile', 'esm-only', '--no-emoji']],
      ];
      for (const [program, args] of checks) {
        const { code, output, errors } = await run(program, args, { capture: true });
        if (code !== 0) problems.push(`${name}: ${program} ended with code ${code}\n${output}${errors}`);
      }
    }
    return { problems };
  },
};
