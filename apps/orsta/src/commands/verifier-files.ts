/**
 * The files of a new verifier package, as texts. Its verifier is a real one, a list of words in any order, so that there is something to
 * test and to change. The package needs TypeScript and vitest, and nothing of this workspace. `examples/verifier-plugin` grew from it.
 */

import { packageFiles, type PackageManifest } from './package-files.ts';

/** What differs from package to package. */
export interface VerifierPackage {
  /** As in npm, with its scope. */
  readonly packageName: string;
  /** As in samples. */
  readonly verifierName: string;
  /** Of `@vtriune/verifiers`: the oldest that will do. */
  readonly verifiersVersion: string;
  /** Package name to what npm is to install, such as `file:../tarballs/x.tgz`; the registry where absent. */
  readonly tarballs?: Readonly<Record<string, string>>;
}

/** Path within the package to text. */
export function verifierFiles(given: VerifierPackage): Readonly<Record<string, string>> {
  return {
    ...packageFiles(manifest(given)),
    'README.md': readme(given),
    'src/index.ts': source(given),
    'src/index.test.ts': test(given),
  };
}

function manifest({ packageName, verifierName, verifiersVersion, tarballs }: VerifierPackage): PackageManifest {
  const peers = { '@vtriune/verifiers': `^${verifiersVersion}` };
  return {
    name: packageName,
    description: `The verifier "${verifierName}" for V-Triune`,
    dependencies: { typebox: '1.4.3' },
    peerDependencies: peers,
    devDependencies: tarballs ?? peers,
  };
}

function source({ packageName, verifierName }: VerifierPackage): string {
  return `import { defineVerifier, locateAnswer, VerifierError, type VerifierPlugin } from '@vtriune/verifiers';
import { Type, type Static } from 'typebox';

// What a sample may set in \`verifier_parm\`. Closed, so that a misspelled name is an error and not ignored.
const Parameters = Type.Object(
  { case_sensitive: Type.Optional(Type.Boolean({ description: 'whether "Cat" is another word than "cat"; false when absent' })) },
  { additionalProperties: false },
);
type Parameters = Static<typeof Parameters>;

/** A list of words in any order, such as "cat, dog": F1 of the words that were named and those that should have been. */
export const verifier = defineVerifier({
  name: '${verifierName}',
  description: 'A list of words in any order, by F1.',
  parameters: Parameters,
  // Reported for each data source; the same names for every response.
  metrics: ['precision', 'recall'],
  // What cannot be read is an error of the data: it must throw, and never end as a reward of 0.
  groundTruth: (raw, parameters) => {
    const words = typeof raw === 'string' ? wordsIn(raw, parameters) : new Set<string>();
    if (words.size > 0) return words;
    const message = \`Ground truth of "${verifierName}" is \${JSON.stringify(raw)}. It must be words with commas between them.\`;
    throw new VerifierError('invalid_ground_truth', message);
  },
  // Any text may come in; accuracy and format are in [0, 1].
  verify: ({ response, groundTruth, parameters }) => {
    const named = wordsIn(locateAnswer(response)?.text ?? '', parameters);
    const right = [...named].filter((word) => groundTruth.has(word)).length;
    return {
      accuracy: (2 * right) / (named.size + groundTruth.size),
      format: named.size > 0 ? 1 : 0,
      metrics: { precision: named.size === 0 ? 0 : right / named.size, recall: right / groundTruth.size },
    };
  },
  // What a perfect model would write: \`orsta data validate\` scores it for every sample.
  gold: ({ groundTruth }) => \`\\\\boxed{\${[...groundTruth].join(', ')}}\`,
});

function wordsIn(text: string, { case_sensitive = false }: Parameters): Set<string> {
  const words = (case_sensitive ? text : text.toLowerCase()).split(',').map((word) => word.trim());
  return new Set(words.filter((word) => word !== ''));
}

const plugin: VerifierPlugin = { meta: { name: '${packageName}', version: '0.1.0' }, verifiers: [verifier] };
export default plugin;
`;
}

function test({ verifierName }: VerifierPackage): string {
  return `import { createRegistry, score } from '@vtriune/verifiers';
import { testVerifier } from '@vtriune/verifiers/testing';
import { describe, expect, it } from 'vitest';
import plugin, { verifier } from './index.ts';

const ground_truth = 'cat, dog';

describe('${verifierName}', () => {
  // Range, determinism, the same metrics each time, the gold answer, 500 nonsense texts, and the cases below.
  it('passes the conformance suite', async () => {
    await testVerifier(verifier, {
      accepts: [
        { response: 'I see two animals: \\\\boxed{Dog, cat}', ground_truth },
        { response: '<answer>cat, dog</answer>', ground_truth },
      ],
      rejects: [
        { response: 'A \\\\boxed{horse}', ground_truth },
        { response: '\\\\boxed{cat}', ground_truth, at_most: 0.67 },
        { response: '\\\\boxed{Cat, Dog}', ground_truth, verifier_parm: { case_sensitive: true } },
      ],
    });
  });

  it('pays for a part, and says what is wrong with a sample', async () => {
    const request = { id: '1', data_source: 'animals', verifier: '${verifierName}', response: '\\\\boxed{cat, horse}', ground_truth };
    const results = await score([request, { ...request, ground_truth: ' ' }], { registry: createRegistry(plugin.verifiers) });
    expect(results[0]).toMatchObject({ reward: 0.5, metrics: { precision: 0.5, recall: 0.5 } });
    expect(results[1]).toMatchObject({ error: { code: 'invalid_ground_truth' } });
  });
});
`;
}

function readme({ packageName, verifierName }: VerifierPackage): string {
  return `# ${packageName}

A verifier for V-Triune: a list of words in any order, by F1.

In a sample:

\`\`\`json
{ "reward_model": { "verifier": "${verifierName}", "ground_truth": "cat, dog", "verifier_parm": { "case_sensitive": false } } }
\`\`\`

In a recipe, with the package installed beside it (or its path, once it is built):

\`\`\`yaml
plugins: ['${packageName}']
\`\`\`

On the command line: \`orsta score answers.jsonl --plugins ${packageName}\`.

\`npm install\` brings what it needs; \`npm test\` runs the conformance suite and the tests, \`npm run build\` writes \`dist\`, \`npm pack\` makes what npm would publish.
`;
}
