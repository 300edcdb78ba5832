import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OrstaError } from '../errors.ts';
import type { CommandContext } from './context.ts';

/** Writes a verifier package: plain JavaScript, tests that pass, nothing to build. Throws `usage` for a name npm would refuse, `invalid_data` where the folder exists. */
export async function newVerifierCommand(name: string, options: { readonly out?: string }, context: CommandContext): Promise<void> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new OrstaError('usage', `"${name}" is no name for a verifier. Use small letters, digits and hyphens, such as polygon-iou.`);
  const folder = resolve(context.cwd, options.out ?? name);
  await mkdir(folder).catch((cause: unknown) => {
    throw new OrstaError(
      'invalid_data',
      `${folder} cannot be made (${cause instanceof Error ? cause.message : String(cause)}). Choose another folder with --out.`,
      { cause },
    );
  });
  for (const [file, text] of Object.entries(filesOf(name))) await writeFile(join(folder, file), text);
  context.output(
    `${folder}: ${Object.keys(filesOf(name)).join(', ')}\nTest it with \`npm install && npm test\` there; use it by \`plugins: [${name}]\` in a recipe.\n`,
  );
}

function filesOf(name: string): Record<string, string> {
  const manifest = {
    name,
    version: '0.1.0',
    description: `The verifier ${name} for V-Triune`,
    type: 'module',
    exports: './index.js',
    scripts: { test: 'node --test' },
    dependencies: { '@vtriune/verifiers': '^0.1.0', typebox: '1.4.3' },
  };
  return {
    'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    'index.js': source(name),
    'index.test.js': test(name),
    'README.md': readme(name),
  };
}

const source = (name: string): string => `import { defineVerifier, VerifierError } from '@vtriune/verifiers';
import { Type } from 'typebox';

// Replace the three functions: how the truth is read, how a response is judged, and what a perfect response looks like.
const verifier = defineVerifier({
  name: '${name}',
  description: 'The last word of the response against the truth.',
  parameters: Type.Object({ case_sensitive: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
  groundTruth: (raw) => {
    if (typeof raw === 'string' && raw.trim() !== '') return raw.trim();
    throw new VerifierError('invalid_ground_truth', \`Ground truth of "${name}" is \${JSON.stringify(raw)}. It must be a word.\`);
  },
  verify: ({ response, groundTruth, parameters }) => {
    const same = (text) => (parameters.case_sensitive ? text : text.toLowerCase());
    const word = response.trim().split(/\\s+/).pop() ?? '';
    return { accuracy: word !== '' && same(word) === same(groundTruth) ? 1 : 0, format: word === '' ? 0 : 1 };
  },
  gold: ({ groundTruth }) => groundTruth,
});

export default { meta: { name: '${name}', version: '0.1.0' }, verifiers: [verifier] };
`;

const test = (name: string): string => `import { test } from 'node:test';
import { testVerifier } from '@vtriune/verifiers/testing';
import plugin from './index.js';

test('${name} passes the conformance suite', async () => {
  await testVerifier(plugin.verifiers[0], {
    accepts: [{ response: 'It is a cat', ground_truth: 'cat' }],
    rejects: [
      { response: 'It is a dog', ground_truth: 'cat' },
      { response: 'It is a Cat', ground_truth: 'cat', verifier_parm: { case_sensitive: true } },
    ],
  });
});
`;

const readme = (name: string): string => `# ${name}

A verifier for V-Triune: the last word of the response against the truth.

In a sample: \`"reward_model": { "verifier": "${name}", "ground_truth": "cat" }\`. In a recipe: \`plugins: [${name}]\`.
`;
