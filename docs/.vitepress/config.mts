import { defineConfig } from 'vitepress';

const guide = [
  ['Concepts', 'concepts'],
  ['Own data in ten minutes', 'own-data'],
  ['Which verifier for which task', 'verifiers'],
  ['Reading the curves', 'curves'],
  ['verl, end to end', 'verl'],
  ['TRL, end to end', 'trl'],
  ['Training 3B and 7B', 'large-models'],
  ['A cluster, through Ray', 'ray'],
  ['Evaluating on benchmarks', 'benchmarks'],
  ['Writing a verifier', 'own-verifier'],
  ['Questions', 'questions'],
] as const;

// The site of docs/. `npx vitepress dev docs` serves it while you write, `npm run docs` builds it into docs/.vitepress/dist.
export default defineConfig({
  title: 'V-Triune in TypeScript',
  description: 'One vision-language model learns visual reasoning and perception by RL.',
  lastUpdated: false,
  // Links to sources and READMEs lead out of docs/; a test checks that these files exist.
  ignoreDeadLinks: [/^(\.\/)?\.\.\//, /\/(packages|apps|examples|benchmarks)\//],
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/concepts' },
      { text: 'Architecture', link: '/architecture' },
    ],
    sidebar: [
      { text: 'Guide', items: guide.map(([text, page]) => ({ text, link: `/guide/${page}` })) },
      {
        text: 'Inside',
        items: [
          { text: 'Architecture', link: '/architecture' },
          { text: 'Conventions', link: '/conventions' },
          { text: 'Results', link: '/results' },
          { text: 'Scale', link: '/scale' },
          { text: 'Decisions', link: '/decisions/README' },
        ],
      },
    ],
  },
});
