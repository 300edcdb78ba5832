import { join } from 'node:path';
import ts from 'typescript';
import { root } from './workspace.mjs';

const BLOCK = /^```ts[^\n]*\n([\s\S]*?)^```$/gm;

/**
 * The ```ts blocks of a page: their code, and the line of the page on which it begins.
 *
 * @param {string} markdown
 */
export function typeScriptBlocks(markdown) {
  return [...markdown.matchAll(BLOCK)].map(({ index, 1: code }) => ({
    code,
    line: markdown.slice(0, index).split('\n').length + 1,
  }));
}

/**
 * What the compiler has against the ```ts blocks of some pages. Each block is a module of its own in the folder of its page, so that
 * it sees what a reader who copies it would see: the built packages, by name.
 *
 * @param {readonly { name: string, folder: string, markdown: string }[]} pages `folder`: where imports are looked up from
 * @returns {string[]} one problem for each error, as `page:line: message`
 */
export function blockProblems(pages) {
  const blocks = pages.flatMap(({ name, folder, markdown }) =>
    typeScriptBlocks(markdown).map((block, index) => ({ ...block, name, file: join(folder, `readme-block-${index + 1}.ts`) })),
  );
  const byFile = new Map(blocks.map((block) => [block.file, block]));
  const options = compilerOptions();
  const program = ts.createProgram([...byFile.keys()], options, hostWith(byFile, options));
  return blocks.flatMap((block) => {
    const source = program.getSourceFile(block.file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((problem) => {
      const line = block.line + source.getLineAndCharacterOfPosition(problem.start).line;
      return `${block.name}:${line}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`;
    });
  });
}

/** The workspace's own settings, but with the packages as they are built: `paths` points at their sources. */
function compilerOptions() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return {
    ...options,
    paths: undefined,
    noUnusedLocals: false,
    moduleDetection: ts.ModuleDetectionKind.Force,
    typeRoots: [join(root, 'node_modules', '@types')],
  };
}

function hostWith(byFile, options) {
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  return {
    ...host,
    fileExists: (file) => byFile.has(file) || fileExists(file),
    readFile: (file) => byFile.get(file)?.code ?? readFile(file),
    getSourceFile: (file, ...rest) => {
      const block = byFile.get(file);
      return block === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, block.code, ...rest);
    },
  };
}
