/**
 * The files of a new benchmark package, as texts. Its benchmark is a real one, two shapes in a picture and their order, so that there is something to
 * test and to change: a reader of rows, two prompts, a scorer that says why. `examples/benchmark-plugin` is another of this form.
 */
import { packageFiles, type PackageManifest } from './package-files.ts';

/** What differs from package to package. */
export interface BenchmarkPackage {
  /** As in npm, with its scope. */
  readonly packageName: string;
  /** As on the command line. */
  readonly benchmarkName: string;
  /** The oldest version of orsta that will do. */
  readonly orstaVersion: string;
  /** Package name to what npm is to install, such as `file:../tarballs/x.tgz`; the registry where absent. */
  readonly tarballs?: Readonly<Record<string, string>>;
}

/** Path within the package to text. */
export function benchmarkFiles(given: BenchmarkPackage): Readonly<Record<string, string>> {
  return {
    ...packageFiles(manifest(given)),
    'README.md': readme(given),
    'src/index.ts': source(given),
    'src/index.test.ts': test(given),
  };
}

function manifest({ packageName, benchmarkName, orstaVersion, tarballs }: BenchmarkPackage): PackageManifest {
  const peers = { orsta: `^${orstaVersion}` };
  return {
    name: packageName,
    description: `The benchmark "${benchmarkName}" for orsta eval bench`,
    peerDependencies: peers,
    // The types of Node are for the test, which writes a file of rows.
    devDependencies: { ...(tarballs ?? peers), '@types/node': '^20.19.0' },
    types: ['node'],
  };
}

function source({ packageName, benchmarkName }: BenchmarkPackage): string {
  return `import { defineBenchmark, imageOf, OrstaError, placeOf, readRows, textOf, type Row } from 'orsta/benchmark';

const SHAPES = ['circle', 'square', 'star', 'triangle'];

/** Shapes of a picture, from left to right. The scorer compares with them, and nobody else looks into them. */
type Shapes = readonly string[];

/** Which shapes are in the picture, from left to right? Half of the score is for the right shapes in another order. */
export const benchmark = defineBenchmark<Shapes>({
  name: '${benchmarkName}',
  title: 'Shapes in order',
  // Whose rules these are, with a version.
  sources: { official: '${packageName}@0.1.0' },
  // The first prompt is the default, --prompt takes another.
  prompts: ['plain', 'steps'],
  layout: 'rows with id, image, shapes (such as "circle, star") and optionally style, as Parquet, JSON, JSON lines or TSV',
  // Read once to ask and once more to score, in the same order. Images are wanted only to ask.
  async *read(data, { images }) {
    for await (const row of readRows(data))
      yield {
        id: textOf(row, 'id'),
        prompts: {
          plain: 'Which shapes are in the picture, from left to right? Answer like this: circle, star.',
          steps: 'Look at the picture from left to right and describe each shape. End with a line like this: circle, star.',
        },
        images: images ? [imageOf(row, 'image')] : [],
        groups: { style: [row.values['style'] === undefined ? 'plain' : textOf(row, 'style')] },
        truth: shapesOf(row),
      };
  },
  scorer: () => ({
    judge: ({ truth }, response) => {
      const named = shapesIn(response.trim().split('\\n').at(-1) ?? '');
      const expected = truth.join(', ');
      const answer = named.join(', ');
      if (named.length === 0) return { score: 0, answer, expected, why: 'there is no shape in the last line' };
      if (answer === expected) return { score: 1, answer, expected };
      const sameShapes = [...named].sort().join() === [...truth].sort().join();
      return { score: sameShapes ? 0.5 : 0, answer, expected, why: sameShapes ? 'right shapes in another order' : 'other shapes' };
    },
  }),
});

// What cannot be read is an error of the data: it must throw, and never end as a score of 0.
function shapesOf(row: Row): Shapes {
  const text = textOf(row, 'shapes');
  const shapes = shapesIn(text);
  if (shapes.length > 0) return shapes;
  throw new OrstaError('invalid_data', \`\${placeOf(row)}: shapes is "\${text}"; some of \${SHAPES.join(', ')} are needed.\`);
}

function shapesIn(text: string): string[] {
  const words = text.toLowerCase().split(/[^a-z]+/);
  return words.filter((word) => SHAPES.includes(word));
}

export default { meta: { name: '${packageName}', version: '0.1.0' }, benchmarks: [benchmark] };
`;
}

function test({ benchmarkName }: BenchmarkPackage): string {
  return `import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchmark } from './index.ts';

async function dataFile(rows: readonly object[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), '${benchmarkName}-')), 'data.jsonl');
  await writeFile(path, rows.map((row) => \`\${JSON.stringify(row)}\\n\`).join(''));
  return path;
}

async function scoresOf(rows: readonly object[], response: string) {
  const { judge } = benchmark.scorer({ rules: 'official', seed: 0 });
  const scores = [];
  for await (const question of benchmark.read(await dataFile(rows), { images: false })) scores.push(judge(question, response));
  return scores;
}

const row = { id: '1', image: '1.png', shapes: 'circle, star' };

describe('${benchmarkName}', () => {
  it.each([
    ['Circle, star', 1],
    ['First a circle.\\nThen a star.\\n**Circle**, **star**', 1],
    ['star, circle', 0.5],
    ['circle', 0],
    ['circle, star, star', 0],
    ['I see nothing', 0],
    ['', 0],
  ])('judges %j', async (response, score) => {
    expect(await scoresOf([row], response)).toMatchObject([{ score, expected: 'circle, star' }]);
  });

  it('asks in two ways, groups by style, and has the image only if it is wanted', async () => {
    const data = await dataFile([row, { ...row, id: '2', style: 'drawn' }]);
    const questions = [];
    for await (const question of benchmark.read(data, { images: true })) questions.push(question);
    expect(questions.map(({ id, groups, images }) => [id, groups['style'], images.length])).toEqual([
      ['1', ['plain'], 1],
      ['2', ['drawn'], 1],
    ]);
    for (const { prompts } of questions) expect(Object.keys(prompts)).toEqual(benchmark.prompts);
    expect((await benchmark.read(data, { images: false }).next()).value).toMatchObject({ images: [] });
  });

  it('names the row that it cannot read', async () => {
    await expect(scoresOf([row, { ...row, id: '2', shapes: 'hexagon' }], '')).rejects.toThrow('data.jsonl: row 2: shapes is "hexagon"');
  });
});
`;
}

function readme({ packageName, benchmarkName }: BenchmarkPackage): string {
  return `# ${packageName}

A benchmark for \`orsta eval bench\`: which shapes are in a picture, from left to right.

\`data.jsonl\` has a row for each picture, whose path is relative to the file:

\`\`\`json
{ "id": "1", "image": "images/1.png", "shapes": "circle, star" }
\`\`\`

Ask a model and score it, with the package installed (or its path, once it is built):

\`\`\`sh
orsta eval bench ${benchmarkName} --plugins ${packageName} --data data.jsonl --model path/to/model
\`\`\`

Or score stored answers, \`{ "id": "1", "response": "circle, star" }\`:

\`\`\`sh
orsta eval bench ${benchmarkName} --plugins ${packageName} --data data.jsonl --predictions answers.jsonl
\`\`\`

\`npm install\` brings what it needs; \`npm test\` runs the tests, \`npm run build\` writes \`dist\`, \`npm pack\` makes what npm would publish.
`;
}
