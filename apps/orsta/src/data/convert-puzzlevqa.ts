import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeJsonl, type Sample } from '@vtriune/format';
import { OrstaError } from '../errors.ts';
import type { ConvertPlace, WrittenFile } from './convert-voc.ts';

/** One line of PuzzleVQA. */
interface Puzzle {
  readonly image: string;
  readonly question: string;
  readonly options: readonly (string | number)[];
  readonly answer: string;
}

const PUZZLE_FILE = /^(\w+?)(?:\.first\d+)?\.json$/;

/**
 * Converts PuzzleVQA (files `<kind>.json` of one puzzle a line, and their images) to `train.jsonl`, `test.jsonl` and `images/`. Puzzles
 * without an image are left out; of each kind the last fifth, at least one, is for testing. Throws `invalid_data`.
 */
export async function convertPuzzleVqa({ from, out }: ConvertPlace): Promise<WrittenFile[]> {
  const kinds = (await readdir(from).catch(() => [])).flatMap((name) => {
    const kind = PUZZLE_FILE.exec(name)?.[1];
    return kind === undefined || name.startsWith('all_') ? [] : [{ kind, file: join(from, name) }];
  });
  if (kinds.length === 0)
    throw new OrstaError('invalid_data', `${from} has no puzzle files. Give a folder of PuzzleVQA with files such as color_grid.json.`);
  await mkdir(join(out, 'images'), { recursive: true });
  const splits: Record<'train' | 'test', Sample[]> = { train: [], test: [] };
  for (const { kind, file } of kinds.sort((a, b) => (a.kind < b.kind ? -1 : 1))) {
    const puzzles = await copyImages(parsePuzzles(await readFile(file, 'utf8'), file), { from, out });
    const testFrom = puzzles.length - Math.max(1, Math.floor(puzzles.length / 5));
    puzzles.forEach((puzzle, index) => {
      const split = index >= testFrom ? 'test' : 'train';
      splits[split].push(puzzleSample(puzzle, kind, split));
    });
  }
  return Promise.all(
    (['train', 'test'] as const).map(async (split) => {
      const path = join(out, `${split}.jsonl`);
      return { path, samples: await writeJsonl(path, splits[split]) };
    }),
  );
}

/** Reads one puzzle a line. Throws `invalid_data` with file and line. */
export function parsePuzzles(text: string, file: string): Puzzle[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const { image, question, answer, options = [] } = JSON.parse(line) as Partial<Omit<Puzzle, 'answer'> & { answer: string | number }>;
      if (image !== undefined && question !== undefined && answer !== undefined)
        return [{ image, question, options, answer: String(answer) }];
    } catch (cause) {
      throw new OrstaError('invalid_data', `${file}:${String(index + 1)} is not JSON. PuzzleVQA has one puzzle a line.`, { cause });
    }
    throw new OrstaError('invalid_data', `${file}:${String(index + 1)} lacks image, question or answer. Correct the line.`);
  });
}

async function copyImages(puzzles: readonly Puzzle[], { from, out }: { from: string; out: string }): Promise<Puzzle[]> {
  const present: Puzzle[] = [];
  for (const puzzle of puzzles) {
    const copied = await copyFile(join(from, puzzle.image), join(out, 'images', basename(puzzle.image))).then(
      () => true,
      () => false,
    );
    if (copied) present.push(puzzle);
  }
  return present;
}

function puzzleSample({ image, question, options, answer }: Puzzle, kind: string, split: string): Sample {
  const isNumber = /^\d+$/.test(answer);
  const choice = options.length === 0 ? '' : ` Options: ${options.join(', ')}.`;
  return {
    data_source: 'puzzlevqa',
    images: [{ path: `images/${basename(image)}` }],
    prompt: [{ role: 'user', content: `<image>\n${question}${choice} Answer in \\boxed{}.` }],
    ability: 'puzzle',
    reward_model: {
      answer,
      ground_truth: answer,
      accuracy_ratio: 1,
      format_ratio: 0,
      verifier: isNumber ? 'mathverify' : 'text',
      verifier_parm: isNumber ? {} : { answer_format: 'boxed' },
    },
    extra_info: { id: basename(image, '.png'), image_path: image, split, kind },
  };
}
