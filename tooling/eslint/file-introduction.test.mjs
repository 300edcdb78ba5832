import { RuleTester } from 'eslint';
import { afterAll, describe, it } from 'vitest';
import { fileIntroduction } from './file-introduction.mjs';

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.afterAll = afterAll;

const options = [{ from: 3 }];

new RuleTester().run('file-introduction', fileIntroduction, {
  valid: [
    { code: 'export const a = 1;', options },
    { code: '// What this is.\nimport "x";\nexport const a = 1;\nexport const b = 1;', options },
    { code: 'import "x";\n\n// What this is.\nexport const a = 1;', options },
  ],
  invalid: [
    {
      code: 'import "x";\nexport const a = 1;\n// Too late.\nexport const b = 1;',
      options,
      errors: [{ messageId: 'missing', data: { lines: '4' } }],
    },
  ],
});
