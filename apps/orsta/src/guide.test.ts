// Checks that the code blocks of the guide and of the root's README would work. Commands are looked up in the command table, recipes in their schema,
// imports in the packages. Left out: running what trains for minutes.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commandTable } from './command-table.ts';
import type { CommandContext } from './context.ts';
import { createLateOptions } from './late-options.ts';
import { recipeSettings } from './recipe/schema.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md') && !file.startsWith('.vitepress'))
  .map((file) => join('docs', file));
const late = createLateOptions();
const program = commandTable({ output: () => undefined, notice: () => undefined, commandLine: [] } as unknown as CommandContext, late);
await late.all();
const hasPython = spawnSync('python3', ['--version']).status === 0;

interface Block {
  readonly language: string;
  readonly text: string;
  readonly page: string;
}

const blocks = [...docs.filter((page) => page.startsWith('docs/guide')), 'README.md'].flatMap((page): Block[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
    page,
  })),
);
function blocksOf(language: string): Block[] {
  return blocks.filter((block) => block.language === language);
}

/** Name of the command that runs where none is named. */
function defaultOf(command: Command): string | undefined {
  return (command as unknown as { _defaultCommandName?: string | null })._defaultCommandName ?? undefined;
}

/** What is wrong with a line of a shell block that runs orsta, in words. */
function commandProblem(line: string): string | undefined {
  const words = (line.split(/\s#\s/)[0] ?? '').match(/"[^"]*"|\S+/g) ?? [];
  const start = words.findIndex((word) => word === 'orsta');
  if (start < 0 || (start > 0 && words[start - 1] !== 'npx')) return undefined;
  let command: Command = program;
  const rest = words.slice(start + 1);
  while (command.commands.length > 0) {
    // `orsta eval --model M` is `orsta eval samples --model M`.
    if (rest[0]?.startsWith('-') === true && defaultOf(command) !== undefined) rest.unshift(String(defaultOf(command)));
    const next = command.commands.find((one) => one.name() === rest[0]);
    // `orsta launch RECIPE` has commands beside it, such as `orsta launch logs RUN`.
    if (next === undefined && command.registeredArguments.length > 0) break;
    if (next === undefined) return `there is no command "${String(rest[0])}"`;
    command = next;
    rest.shift();
  }
  const unknown = rest.find((word) => /^--\w/.test(word) && command.options.every(({ long }) => long !== word.split('=')[0]));
  if (unknown !== undefined) return `${command.name()} has no option ${unknown}`;
  const missing = command.options.find(({ mandatory, long }) => mandatory && !rest.includes(String(long)));
  return missing === undefined ? undefined : `${command.name()} needs ${String(missing.long)}`;
}

describe('the check of commands', () => {
  it('a command or an option that there is not is found', () => {
    expect(commandProblem('npx orsta data convrt coco')).toContain('no command "convrt"');
    expect(commandProblem('orsta predict --model m --imagee a.jpg')).toContain('no option --imagee');
    expect(commandProblem('orsta predict --model m')).toContain('needs --image');
  });
});

describe('code blocks of the guide', () => {
  it('shell blocks run commands that there are, with options that they have', () => {
    const lines = blocksOf('sh').flatMap(({ text, page }) =>
      text
        .replaceAll(/\\\n\s*/g, ' ')
        .split('\n')
        .map((line) => ({ line, page })),
    );
    expect(lines.filter(({ line }) => line.includes('orsta ')).length).toBeGreaterThan(15);
    const problems = lines.flatMap(({ line, page }) => {
      const problem = commandProblem(line);
      return problem === undefined ? [] : [`${page}: ${line}: ${problem}`];
    });
    expect(problems).toEqual([]);
  });

  it('scripts that npm runs are those of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = blocksOf('sh').flatMap(({ text }) => [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name));
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('YAML blocks are settings of a recipe', () => {
    const whole = { name: 'x', model: { path: 'm' }, data: { kind: 'suite' }, trainer: { steps: 1 } };
    for (const { text } of blocksOf('yaml')) expect(() => recipeSettings.parse({ ...whole, ...(parse(text) as object) })).not.toThrow();
  });

  it('JSON blocks are JSON', () => {
    expect(blocksOf('json').length).toBeGreaterThan(1);
    for (const { text } of blocksOf('json')) expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it('TypeScript blocks parse, and import what the packages export', async () => {
    for (const { text, page } of blocksOf('ts')) {
      const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
      expect(diagnostics.map(({ messageText }) => `${page}: ${JSON.stringify(messageText)}`)).toEqual([]);
      for (const [, names = '', name = ''] of text.matchAll(/import \{([^}]*)\} from '(@vtriune\/[\w/-]+)'/g)) {
        const exported = Object.keys((await import(name)) as object);
        const values = names
          .split(',')
          .map((one) => one.trim())
          .filter((one) => one !== '' && !one.startsWith('type '));
        expect(values.filter((one) => !exported.includes(one))).toEqual([]);
      }
    }
  });

  it.skipIf(!hasPython)(`Python blocks parse${hasPython ? '' : ' (skipped: no python3)'}`, () => {
    for (const { text } of blocksOf('python')) {
      const checked = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: text, encoding: 'utf8' });
      expect(checked.stderr).toBe('');
    }
  });
});
