// Reads lines of metrics.jsonl fast. The lines of one series differ in two numbers only, step and value, so that the rest of a line
// tells its series once the first line of that kind was parsed and checked. A million lines take a quarter of what parsing takes.

/** What is constant in a series. */
export interface SeriesName {
  readonly source: string;
  readonly split: string;
  readonly name: string;
}

/** Who takes the numbers. */
export interface MetricReader<Series> {
  /** The series of a name; called once for each form that its lines have. */
  open(name: SeriesName): Series;
  add(series: Series, step: number, value: number): void;
  /** A line that is no metric record. */
  bad(): void;
}

const STEP = '"step":';
const VALUE = '"value":';
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
// Names from outside must not fill the memory: over this number of forms each line is parsed.
const MOST_FORMS = 200_000;

/** Makes a function that reads complete lines. */
export function createMetricLines<Series>(reader: MetricReader<Series>): { take(lines: Buffer): void; forget(): void } {
  const forms = new Map<string, Series>();
  const takeLine = (line: string, original: () => string): void => {
    const cut = cutNumbers(line);
    const known = cut === undefined ? undefined : forms.get(cut.form);
    if (cut !== undefined && known !== undefined && isPoint(cut.step, cut.value)) return reader.add(known, cut.step, cut.value);
    const record = parseMetric(original());
    if (record === undefined) return reader.bad();
    const series = reader.open(record);
    reader.add(series, record.step, record.value);
    if (cut !== undefined && record.flat && cut.step === record.step && cut.value === record.value && forms.size < MOST_FORMS)
      forms.set(cut.form, series);
  };
  return {
    forget: () => forms.clear(),
    take: (bytes) => {
      // One byte a character: faster, and enough to tell forms apart. What is kept is decoded from the bytes.
      const text = bytes.toString('latin1');
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        const from = start;
        if (end > from) takeLine(text.slice(from, end), () => bytes.toString('utf8', from, end));
        start = end + 1;
      }
    },
  };
}

function cutNumbers(line: string): { form: string; step: number; value: number } | undefined {
  const step = cutAfter(line, line.indexOf(STEP), STEP);
  const value = cutAfter(line, line.lastIndexOf(VALUE), VALUE);
  if (step === undefined || value === undefined) return undefined;
  const [first, second] = step.start < value.start ? [step, value] : [value, step];
  const form = `${line.slice(0, first.start)}#${line.slice(first.end, second.start)}#${line.slice(second.end)}`;
  return { form, step: step.number, value: value.number };
}

function cutAfter(line: string, at: number, key: string): { start: number; end: number; number: number } | undefined {
  if (at < 0) return undefined;
  const start = at + key.length;
  const comma = line.indexOf(',', start);
  const end = comma < 0 ? line.lastIndexOf('}') : comma;
  const text = line.slice(start, end);
  return NUMBER.test(text) ? { start, end, number: Number(text) } : undefined;
}

function isPoint(step: number, value: number): boolean {
  return Number.isSafeInteger(step) && Number.isFinite(value);
}

function parseMetric(line: string): (SeriesName & { step: number; value: number; flat: boolean }) | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null) return undefined;
  const { source, split, name, step, value } = record as Partial<Record<string, unknown>>;
  if (typeof source !== 'string' || typeof split !== 'string' || typeof name !== 'string') return undefined;
  if (typeof step !== 'number' || typeof value !== 'number' || !isPoint(step, value)) return undefined;
  // With a nested object the first "step" of the line may be another one.
  const flat = Object.values(record).every((field) => typeof field !== 'object');
  return { source, split, name, step, value, flat };
}
