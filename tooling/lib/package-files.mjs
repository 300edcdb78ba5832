import { expectedFields } from './skeleton.mjs';

function titleCase(name) {
  return name.replace(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase());
}

/**
 * The files of a package that does nothing yet but passes every gate: path -> text.
 *
 * @param {string} name
 * @param {string} description one sentence without its full stop
 * @returns {Record<string, string>}
 */
export function packageFiles(name, description) {
  const errorClass = `${titleCase(name)}Error`;
  return {
    'package.json': manifest(name, description),
    'tsconfig.json': '{\n  "extends": "../../tsconfig.base.json",\n  "include": ["src"]\n}\n',
    'tsup.config.ts': "import { definePackage } from '@vtriune/tooling/define-package';\n\nexport default definePackage();\n",
    'README.md': readme({ name, description, errorClass }),
    'src/index.ts': `// Errors\nexport { ${errorClass}, type ${errorClass}Code } from './errors.ts';\n`,
    'src/errors.ts': errors(name, errorClass),
    'src/errors.test.ts': errorsTest(errorClass),
  };
}

function manifest(name, description) {
  const { name: fullName, ...fields } = expectedFields(name);
  return `${JSON.stringify({ name: fullName, version: '0.1.0', description, ...fields }, null, 2)}\n`;
}

function errors(name, errorClass) {
  return `/** Why something in this package failed. */
export type ${errorClass}Code = 'invalid_input';

/** What @vtriune/${name} throws; \`code\` is stable, the message is for people. */
export class ${errorClass} extends Error {
  override readonly name = '${errorClass}';
  readonly code: ${errorClass}Code;

  constructor(code: ${errorClass}Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
`;
}

function errorsTest(errorClass) {
  return `import { describe, expect, it } from 'vitest';
import { ${errorClass} } from './errors.ts';

describe('${errorClass}', () => {
  it('keeps the code and the cause', () => {
    const cause = new Error('below');
    const error = new ${errorClass}('invalid_input', 'above', { cause });
    expect(error).toMatchObject({ name: '${errorClass}', code: 'invalid_input', message: 'above', cause });
  });
});
`;
}

function fence(language, body) {
  return `\`\`\`${language}\n${body}\n\`\`\``;
}

function readme({ name, description, errorClass }) {
  const example = `import { ${errorClass} } from '@vtriune/${name}';\n\nconst error = new ${errorClass}('invalid_input', 'an example');\nconsole.log(error.code);`;
  return `# @vtriune/${name}

${description}.

${fence('ts', example)}

${fence('text', 'invalid_input')}

## Install

${fence('sh', `npm install @vtriune/${name}`)}

Node 20.19 or newer, ESM only.

## Errors

Everything thrown is a \`${errorClass}\` with a \`code\`.

## License

MIT
`;
}
