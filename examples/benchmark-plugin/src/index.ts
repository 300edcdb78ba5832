// The benchmark `clocks`: what time does the clock show? A minute beside counts half. The default export is what `--plugins` loads.
import { defineBenchmark, imageOf, OrstaError, placeOf, readRows, textOf, type Row } from 'orsta/benchmark';

/** Minutes since midnight or noon. */
type Minutes = number;

const TIME = /\b(\d{1,2}):(\d{2})\b/g;

const clocks = defineBenchmark<Minutes>({
  name: 'clocks',
  title: 'Clocks',
  sources: { official: 'orsta-benchmark-clocks@0.1.0' },
  prompts: ['short', 'steps'],
  layout: 'rows with id, image, time (as 3:45) and optionally style, as Parquet, JSON, JSON lines or TSV',
  async *read(data, { images }) {
    for await (const row of readRows(data))
      yield {
        id: textOf(row, 'id'),
        prompts: {
          short: 'What time does the clock show? Answer with hours and minutes, such as 3:45.',
          steps: 'Look at the short hand, then at the long one. Which time is it? End with the time, such as 3:45.',
        },
        images: images ? [imageOf(row, 'image')] : [],
        groups: { style: [row.values['style'] === undefined ? 'plain' : textOf(row, 'style')] },
        truth: timeOf(row),
      };
  },
  scorer: () => ({
    judge: ({ truth }, response) => {
      const answered = lastTime(response);
      const expected = shown(truth);
      if (answered === undefined) return { score: 0, answer: '', expected, why: 'there is no time in the response' };
      const apart = Math.min((answered - truth + 720) % 720, (truth - answered + 720) % 720);
      return {
        score: apart === 0 ? 1 : apart === 1 ? 0.5 : 0,
        answer: shown(answered),
        expected,
        why: `${String(apart)} minutes apart`,
        values: { minutes: apart },
      };
    },
  }),
});

function timeOf(row: Row): Minutes {
  const time = lastTime(textOf(row, 'time'));
  if (time !== undefined) return time;
  throw new OrstaError('invalid_data', `${placeOf(row)}: time is ${textOf(row, 'time')}; hours and minutes such as 3:45 are needed.`);
}

function lastTime(text: string): Minutes | undefined {
  const [, hours, minutes] = [...text.matchAll(TIME)].at(-1) ?? [];
  if (hours === undefined || minutes === undefined || Number(minutes) > 59) return undefined;
  return (Number(hours) % 12) * 60 + Number(minutes);
}

function shown(time: Minutes): string {
  const hours = Math.floor(time / 60);
  return `${String(hours === 0 ? 12 : hours)}:${String(time % 60).padStart(2, '0')}`;
}

export default { meta: { name: 'orsta-benchmark-clocks', version: '0.1.0' }, benchmarks: [clocks] };
