import { expect, it } from 'vitest';
import * as root from './index.ts';
import * as scorers from './scorers.ts';
import * as testing from './testing.ts';

it('exports these values and no others', () => {
  expect({ root: Object.keys(root).sort(), scorers: Object.keys(scorers).sort(), testing: Object.keys(testing).sort() })
    .toMatchInlineSnapshot(`
      {
        "root": [
          "AnswerFormat",
          "FailedResult",
          "FailureCode",
          "ImageSize",
          "Progress",
          "RewardRequest",
          "RewardResult",
          "RewardTerm",
          "ScoredResult",
          "Trajectory",
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
        "scorers": [
          "asAssertion",
          "asScorer",
        ],
        "testing": [
          "fuzzVerifiers",
          "testVerifier",
        ],
      }
    `);
});
