// A report about runs as one HTML file that needs nothing else: curves, held-out rewards before and after, rollouts with their boxes,
// recipe and environment; of several runs also their comparison. Node only.
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { openRun, type RunData } from './dashboard/run-data.ts';
import { MonitorError } from './errors.ts';
import { overviewSvg, sourcesSvg, type ReportedRun } from './report/charts.ts';
import { compareEvaluations } from './report/compare.ts';
import { comparisonTable } from './report/comparison-table.ts';
import { runColor } from './report/curve-svg.ts';
import { exampleCards } from './report/examples.ts';
import { runFacts } from './report/facts.ts';
import { heldOutSteps } from './report/held-out.ts';
import { html, type Markup } from './report/markup.ts';
import { REPORT_STYLE } from './report/style.ts';

/** Options of `writeReport`. */
export interface ReportOptions {
  /** Run folders; the first one is what the others are compared with. */
  readonly runs: readonly string[];
  /** The HTML file to write. */
  readonly out: string;
}

/** What `writeReport` has made. */
export interface Report {
  readonly path: string;
  /** The curves as a standalone SVG, for a picture. */
  readonly curves: string;
}

/** Writes a report. Throws MonitorError `invalid_argument` for no run, or a folder without records. */
export async function writeReport({ runs, out }: ReportOptions): Promise<Report> {
  if (runs.length === 0) throw new MonitorError('invalid_argument', 'no run was given; give the folder of at least one');
  const reported = await Promise.all(runs.map(openReported));
  const title = reported.map(({ name }) => name).join(' and ');
  const overview = overviewSvg(reported);
  const sources = sourcesSvg(reported);
  const parts = await Promise.all(reported.map(runSection));
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
      <title>${title}</title>
      <style>
        ${{ markup: REPORT_STYLE }}
      </style>
    </head>
    <body>
      <h1>${title}</h1>
      <p class="faint">${reported.map(({ data }) => summaryOf(data)).join(' · ')}</p>
      <h2>Curves</h2>
      ${overview} ${await comparisonSection(reported)} ${parts}
      ${
        sources === undefined
          ? undefined
          : html`<h2>Reward by source</h2>
              ${sources}`
      }
    </body>
  </html>`;
  const path = resolve(out);
  await writeFile(path, `<!doctype html>\n${page.markup}\n`);
  return { path, curves: overview.markup };
}

async function openReported(folder: string): Promise<ReportedRun> {
  const data = openRun(resolve(folder));
  await data.refresh();
  const { metrics, rollouts } = data.counts();
  if (metrics + rollouts === 0)
    throw new MonitorError(
      'invalid_argument',
      `${resolve(folder)} holds no records of a run (metrics.jsonl, rollouts.jsonl); name a run folder`,
    );
  return { name: basename(resolve(folder)), data };
}

function summaryOf(data: RunData): string {
  const { metrics, rollouts } = data.counts();
  const { bad, partial } = data.skipped();
  const skipped = bad + partial > 0 ? `, ${bad + partial} lines skipped that are no whole records` : '';
  return `${metrics} metric records, ${rollouts} rollouts${skipped}`;
}

/** The last evaluations of further runs against that of the first. */
async function comparisonSection([first, ...others]: readonly ReportedRun[]): Promise<Markup | undefined> {
  if (first === undefined || others.length === 0) return undefined;
  const base = (await heldOutSteps(first.data)).last;
  const tables = await Promise.all(
    others.map(async ({ name, data }) => {
      const { last } = await heldOutSteps(data);
      if (base === undefined || last === undefined) return html`<p class="faint">${name}: no held-out rollouts to compare.</p>`;
      const names = { before: `${first.name}, step ${base.step}`, after: `${name}, step ${last.step}` };
      return comparisonTable(compareEvaluations(base.records, last.records), names);
    }),
  );
  return html`<h2>Comparison of runs</h2>
    ${tables}`;
}

async function runSection({ name, data }: ReportedRun, index: number): Promise<Markup> {
  const { first, last } = await heldOutSteps(data);
  const evaluation =
    first === undefined || last === undefined
      ? html`<p class="faint">Not evaluated before and after training.</p>`
      : comparisonTable(compareEvaluations(first.records, last.records), { before: `step ${first.step}`, after: `step ${last.step}` });
  const examples = await exampleCards(data.folder, { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) });
  const alarms = data.alarms().map(({ step, alarm, message }) => html`<li><b>${alarm}</b> at step ${step}: ${message}</li>`);
  return html`<section>
    <h2><i style="background:${runColor(index)}"></i>${name}</h2>
    ${
      alarms.length === 0
        ? undefined
        : html`<h3>Alarms</h3>
            <ul>
              ${alarms}
            </ul>`
    }
    <h3>Before and after</h3>
    ${evaluation}
    ${
      examples.length === 0
        ? undefined
        : html`<h3>Held-out samples</h3>
            <p class="faint">The first sample of each source. Boxes: true green, predicted pink.</p>
            <div class="examples">${examples}</div>`
    }
    <h3>Recipe and environment</h3>
    ${await runFacts(data.folder)}
  </section>`;
}
