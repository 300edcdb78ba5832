import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonl, type Sample } from '@vtriune/format';
import { generateScene, loadAssets, renderContactSheet, sceneToPng, toSample, type Scene, type Split } from '../suite/index.ts';
import { tasksNamed } from './suite-source.ts';

/** What `synthesize` makes. */
export interface SynthesizeOptions {
  readonly tasks: readonly string[];
  /** Scenes a task. */
  readonly count: number;
  readonly split: Split;
  readonly seed: number;
  /** Folder for `samples.jsonl` and `images/`. */
  readonly out?: string;
  /** PNG with all scenes, their questions, answers and boxes. */
  readonly preview?: string;
}

/** Generates scenes, writes what was asked for, and says what it wrote. Throws `usage` for an unknown task. */
export async function synthesize(options: SynthesizeOptions): Promise<string[]> {
  const assets = await loadAssets();
  const scenes = tasksNamed(options.tasks).flatMap((task) =>
    Array.from({ length: options.count }, (_, index) => ({
      id: `${task.name}-${options.split}-${String(options.seed)}-${String(index)}`,
      scene: generateScene(task, assets, { seed: options.seed, split: options.split, index }),
    })),
  );
  const written: string[] = [];
  if (options.out !== undefined) {
    await mkdir(join(options.out, 'images'), { recursive: true });
    const path = join(options.out, 'samples.jsonl');
    const count = await writeJsonl(path, samplesOf(scenes, { folder: options.out, split: options.split }));
    written.push(`${String(count)} samples in ${path}`);
  }
  if (options.preview !== undefined) {
    await renderContactSheet(
      scenes.map(({ scene }) => scene),
      options.preview,
      { columns: Math.min(8, options.count) },
    );
    written.push(`preview of ${String(scenes.length)} scenes in ${options.preview}`);
  }
  return written;
}

async function* samplesOf(
  scenes: readonly { id: string; scene: Scene }[],
  target: { folder: string; split: Split },
): AsyncGenerator<Sample> {
  for (const { id, scene } of scenes) {
    const [question] = scene.questions;
    if (question === undefined) continue;
    const path = `images/${id}.png`;
    await writeFile(join(target.folder, path), await sceneToPng(scene));
    yield toSample(question, { id, split: target.split, image: { path } });
  }
}
