import { expect, it } from 'vitest';
import * as root from './index.ts';
import * as testing from './testing.ts';

it('exports these values and no others', () => {
  expect({ root: Object.keys(root).sort(), testing: Object.keys(testing).sort() }).toMatchInlineSnapshot(`
    {
      "root": [
        "AnswerFormat",
        "FailedResult",
        "FailureCode",
        "ImageSize",
        "Progress",
        "RewardEntry",
        "RewardRequest",
        "RewardResult",
        "ScoredResult",
        "VerifierError",
        "builtins",
        "createRegistry",
        "createRewardRequest",
        "defineVerifier",
        "loadPlugins",
        "locateAnswer",
        "resolvePlugin",
        "schemas",
        "score",
      ],
      "testing": [
        "fuzzVerifiers",
        "testVerifier",
      ],
    }
  `);
});
