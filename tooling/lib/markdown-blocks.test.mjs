import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blockProblems, typeScriptBlocks } from './markdown-blocks.mjs';
import { root } from './workspace.mjs';

const page = [
  '# x',
  '',
  '```ts',
  "const a: number = 'text';",
  '```',
  '',
  '```sh',
  'ls',
  '```',
  '',
  '```ts',
  'const b = 1;',
  'b.length;',
  '```',
  '',
].join('\n');

describe('typeScriptBlocks', () => {
  it('finds every ts block and the line where its code begins', () => {
    expect(typeScriptBlocks(page)).toEqual([
      { code: "const a: number = 'text';\n", line: 4 },
      { code: 'const b = 1;\nb.length;\n', line: 12 },
    ]);
  });
});

describe('blockProblems', () => {
  const block = (code) => `\`\`\`ts\n${code}\n\`\`\`\n`;
  const pages = {
    'wrong.md': page,
    'export.md': block("import { nothing } from 'prettier';"),
    'name.md': block('export const a = missing;'),
    'syntax.md': block('const a = ;'),
    'good.md': block("import { format } from 'prettier';\nconst text: string = await format('a', { parser: 'babel' });").repeat(2),
  };
  const problems = blockProblems(
    Object.entries(pages).map(([name, markdown]) => ({ name, folder: join(root, 'tooling', name), markdown })),
  );

  it('points at the line of the page for each error of the compiler', () => {
    expect(problems.filter((problem) => problem.startsWith('wrong.md'))).toEqual([
      "wrong.md:4: Type 'string' is not assignable to type 'number'.",
      "wrong.md:13: Property 'length' does not exist on type '1'.",
    ]);
  });

  it.each([
    ['export.md', /has no exported member/],
    ['name.md', /Cannot find name 'missing'/],
    ['syntax.md', /Expression expected/],
  ])('finds what a reader would run into: %s', (name, problem) => {
    expect(problems.filter((one) => one.startsWith(name)).join('\n')).toMatch(problem);
  });

  it('has nothing against blocks that compile, each on its own', () => {
    expect(problems.filter((problem) => problem.startsWith('good.md'))).toEqual([]);
  });
});
