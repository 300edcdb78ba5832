import { ALL_SOURCES, type AlarmRecord, type MetricRecord } from '../record.ts';
import { defineSink, type Sink } from '../sink.ts';

/** Options of `consoleSink`. */
export interface ConsoleSinkOptions {
  /** Takes text that ends in a newline, e.g. `(text) => process.stdout.write(text)`. */
  readonly write: (text: string) => void;
  /** With a terminal each step is a small table; without (default) it is one plain line. */
  readonly isTTY?: boolean;
}

type Column = readonly [heading: string, metric: string, digits: number];

const REWARD: Column = ['reward', 'reward/total', 3];
const COLUMNS: readonly Column[] = [
  REWARD,
  ['accuracy', 'reward/accuracy', 3],
  ['format', 'reward/format', 3],
  ['length', 'length/mean', 1],
  ['cut', 'length/truncated', 2],
  ['same', 'group/zero_variance', 2],
  ['failed', 'reward/failed', 0],
];

/** Shows each step per data source: reward, accuracy, format, length, share cut off, share of groups without variance, failures. Without rollouts: each metric. */
export function consoleSink(options: ConsoleSinkOptions): Sink {
  const { write, isTTY = false } = options;
  return defineSink({
    name: 'console',
    write(records) {
      const tables = tablesOf(records);
      for (const [title, table] of tables) write(isTTY ? drawTable(title, table) : plainLine(title, table));
      for (const line of linesWithout(tables, records)) write(line);
    },
    writeAlarms(alarms: readonly AlarmRecord[]) {
      for (const alarm of alarms) write(`${alarmLine(alarm)}\n`);
    },
  });
}

// Names come from data sets of other people: they must neither break the line nor steer the terminal.
const CONTROL_CHARACTERS = /\p{Cc}+/gu;

/** An alarm as one line for a terminal: `step 40 warning entropy_collapse: ...`, with its source unless that is the whole run. */
export function alarmLine({ step, severity, alarm, source, message }: AlarmRecord): string {
  const line = `step ${step} ${severity} ${alarm}${source === ALL_SOURCES ? '' : ` (${source})`}: ${message}`;
  return line.replaceAll(CONTROL_CHARACTERS, ' ');
}

type Table = Map<string, Map<string, number>>;

function tablesOf(records: readonly MetricRecord[]): Map<string, Table> {
  const tables = new Map<string, Table>();
  for (const { step, split, source, name, value } of records) {
    if (!COLUMNS.some(([, metric]) => metric === name)) continue;
    const title = `step ${step} ${split}`;
    const table = tables.get(title) ?? new Map<string, Map<string, number>>();
    const row = table.get(source) ?? new Map<string, number>();
    tables.set(title, table.set(source, row.set(name, value)));
  }
  return tables;
}

/** Steps without rollouts: all that was reported of them, a line a step and source. */
function linesWithout(tables: ReadonlyMap<string, Table>, records: readonly MetricRecord[]): string[] {
  const lines = new Map<string, string>();
  for (const { step, split, source, name, value } of records) {
    const title = `step ${step} ${split}`;
    if (tables.has(title)) continue;
    const key = `${title} | ${source}`;
    lines.set(key, `${lines.get(key) ?? key} ${name}=${Number(value.toPrecision(4))}`);
  }
  return [...lines.values()].map((line) => `${line}\n`);
}

function plainLine(title: string, table: Table): string {
  const rows = [...table].map(([source, row]) => `${source} ${source === ALL_SOURCES ? describe(row) : cell(row, REWARD)}`);
  return `${title} | ${rows.join(' | ')}\n`;
}

function describe(row: ReadonlyMap<string, number>): string {
  return COLUMNS.flatMap(([heading, metric, digits]) => {
    const value = row.get(metric);
    return value === undefined ? [] : [`${heading}=${value.toFixed(digits)}`];
  }).join(' ');
}

function drawTable(title: string, table: Table): string {
  const lines = [
    [title, ...COLUMNS.map(([heading]) => heading)],
    ...[...table].map(([source, row]) => [`  ${source}`, ...COLUMNS.map((column) => cell(row, column))]),
  ];
  const widths = [0, ...COLUMNS].map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const drawn = lines.map((line) =>
    line.map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join('  '),
  );
  return `${drawn.join('\n')}\n`;
}

function cell(row: ReadonlyMap<string, number>, [, metric, digits]: Column): string {
  return row.get(metric)?.toFixed(digits) ?? '-';
}
