import { describe, expect, it } from 'vitest';
import { linkProblems, namedPathProblems, withFolders } from './page-links.mjs';

const tracked = withFolders(['README.md', 'docs/guide/start.md', 'benchmarks/runs/run.mjs', 'apps/orsta/README.md']);

describe('links of a page', () => {
  const problems = (markdown) =>
    linkProblems({ page: 'docs/guide/start.md', markdown, tracked, read: () => '# Commands\n\n## Your own data\n' });

  it('lead to files that git tracks, from the folder of the page', () => {
    expect(problems('[a](../../README.md) [b](../../benchmarks/runs/) [c](https://example.org/x.md) [d](#commands)')).toEqual([]);
    expect(problems('[a](../README.md) [b](../../benchmarks/results/)')).toEqual([
      'docs/guide/start.md: ../README.md leads to no file that git tracks',
      'docs/guide/start.md: ../../benchmarks/results/ leads to no file that git tracks',
    ]);
  });

  it('lead to headings that there are', () => {
    expect(problems('[a](../../apps/orsta/README.md#your-own-data) [b](../../apps/orsta#commands)')).toEqual([]);
    expect(problems('[a](../../apps/orsta/README.md#yours)')).toEqual([
      'docs/guide/start.md: ../../apps/orsta/README.md#yours leads to no heading of apps/orsta/README.md',
    ]);
  });
});

describe('paths that a page names', () => {
  const problems = (markdown) => namedPathProblems({ page: 'README.md', markdown, tracked });

  it('are tracked: in code spans, in shell blocks and in text', () => {
    expect(problems('`benchmarks/claims/run.mjs`')).toEqual(['README.md: benchmarks/claims/run.mjs is not a file that git tracks']);
    expect(problems('```sh\nnode benchmarks/claims/run.mjs --fast\n```')).toHaveLength(1);
    expect(problems('The runs are in docs/results/.')).toEqual(['README.md: docs/results is not a file that git tracks']);
    expect(problems('`benchmarks/runs/run.mjs`, ./docs/guide/, apps/orsta.')).toEqual([]);
  });

  it('are not what a build makes, addresses, packages, or files of the reader', () => {
    expect(problems('packages/iou/dist/index.js https://x.org/docs/nothing.html @vtriune/apps train/data.jsonl ../docs/x')).toEqual([]);
  });
});
