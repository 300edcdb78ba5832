import { RuleTester } from 'eslint';
import { afterAll, describe, it } from 'vitest';
import tseslint from 'typescript-eslint';
import { documentedExports } from './documented-exports.mjs';

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.afterAll = afterAll;

function missing(name) {
  return { messageId: 'missing', data: { name } };
}

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('documented-exports', documentedExports, {
  valid: [
    '/** Adds. */\nexport function add() {}',
    '/** A sample. */\nexport const Sample = {};\nexport type Sample = typeof Sample;',
    'function internal() {}',
    "export { add } from './add.ts';",
    '// Why.\n/** Adds. */\nexport const add = 1;',
  ],
  invalid: [
    { code: 'export function add() {}', errors: [missing('add')] },
    { code: '// Adds.\nexport const add = 1;', errors: [missing('add')] },
    { code: '/* Adds. */\nexport interface Add {}', errors: [missing('Add')] },
    { code: '/** Far away. */\n\n\nexport const add = 1, take = 2;', errors: [missing('add'), missing('take')] },
  ],
});
