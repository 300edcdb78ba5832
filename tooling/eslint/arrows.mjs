// Which package may import which: the arrows of docs/architecture.md. A type counts as much as a value.
// A package that is not listed may import none of the others.
const MAY_IMPORT = { '*': [], verifiers: ['format', 'iou'], trainer: ['format'], monitor: ['format'] };

const outside = {
  regex: '^(\\.\\./)+(packages|apps|tooling|benchmarks|examples)/',
  message: 'Import another package by its name, as its users do.',
};

// A folder of an app may be called like one of the repository, which is three levels up at least.
const outsideApp = { ...outside, regex: outside.regex.replace('+', '{3,}') };

function siblings(allowed) {
  const except = allowed.map((name) => `${name}(/|$)`).join('|');
  const named = allowed.length > 0 ? `only ${allowed.join(' and ')}` : 'no other package of this workspace';
  return {
    regex: `^@vtriune/${except === '' ? '' : `(?!${except})`}`,
    message: `This package may import ${named}. apps/orsta is where the parts meet.`,
  };
}

// Tests of the build import their own package by name, as a user does.
function only(name, patterns) {
  return {
    ignores: ['**/*.e2e.test.ts'],
    files: [`packages/${name}/src/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

/** Boxes run in browsers and in other people's tools: nothing but the matching library comes along. */
const iouSources = {
  ...only('iou', [{ regex: '^(?!\\.\\.?/|munkres$)', message: 'iou depends on munkres and nothing else, Node included.' }, outside]),
  ignores: ['**/*.test.ts'],
};

/** Lint configurations that keep the arrows. */
export const arrows = [
  ...Object.entries(MAY_IMPORT).map(([name, allowed]) => only(name, [siblings(allowed), outside])),
  iouSources,
  { files: ['apps/*/src/**/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [outsideApp] }] } },
];
