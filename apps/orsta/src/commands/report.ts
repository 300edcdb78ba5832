import { basename, join, resolve } from 'node:path';
import { writeReport } from '@vtriune/monitor/report';
import sharp from 'sharp';
import type { CommandContext } from '../context.ts';

/** Options of `orsta report`. */
export interface ReportCommandOptions {
  readonly out?: string;
  readonly png?: string;
}

const PIXELS_PER_INCH = 144;

/** Writes a report about runs, and its curves as a picture where that is asked for. */
export async function reportCommand(given: readonly string[], options: ReportCommandOptions, context: CommandContext): Promise<void> {
  const runs = given.map((folder) => resolve(context.cwd, folder));
  const out = options.out === undefined ? join(runs[0] ?? context.cwd, 'report.html') : resolve(context.cwd, options.out);
  const { path, curves } = await writeReport({ runs, out });
  context.output(`report of ${runs.map((run) => basename(run)).join(', ')}: ${path}\n`);
  if (options.png === undefined) return;
  const png = resolve(context.cwd, options.png);
  await sharp(Buffer.from(curves), { density: PIXELS_PER_INCH }).flatten({ background: '#ffffff' }).png().toFile(png);
  context.output(`curves: ${png}\n`);
}
