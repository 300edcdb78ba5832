// All converters by name, and the one function that runs them.
import { FormatError } from '../errors.ts';
import { parseSample } from '../parse-sample.ts';
import type { Sample } from '../sample.ts';
import { chartqa } from './chartqa.ts';
import { clevr } from './clevr.ts';
import { coco } from './coco.ts';
import type { ConvertContext, Converter, DataRow } from './converter.ts';
import { easyr1 } from './easyr1.ts';
import { geometry3k } from './geometry3k.ts';
import { lvis } from './lvis.ts';
import { mathvista } from './mathvista.ts';
import { mmmu } from './mmmu.ts';
import { msSwift } from './ms-swift.ts';
import { ocrbench } from './ocrbench.ts';
import { openrlhf } from './openrlhf.ts';
import { orsta } from './orsta.ts';
import { puzzlevqa } from './puzzlevqa.ts';
import { refcoco } from './refcoco.ts';
import { scienceqa } from './scienceqa.ts';
import { trl } from './trl.ts';
import { verl } from './verl.ts';
import { vlmR1 } from './vlm-r1.ts';

/** Every converter of this package. */
export const converters: readonly Converter[] = [
  chartqa,
  clevr,
  coco,
  easyr1,
  geometry3k,
  lvis,
  mathvista,
  mmmu,
  msSwift,
  ocrbench,
  openrlhf,
  orsta,
  puzzlevqa,
  refcoco,
  scienceqa,
  trl,
  verl,
  vlmR1,
];

/** The converter of a name. Throws FormatError `invalid_argument` that lists all names. */
export function converterNamed(name: string): Converter {
  const found = converters.find((converter) => converter.name === name);
  if (found !== undefined) return found;
  const names = converters.map((converter) => converter.name).join(', ');
  throw new FormatError('invalid_argument', `there is no converter ${JSON.stringify(name)}; allowed: ${names}; choose one`);
}

/** The checked samples of a row. Throws FormatError with the row's location. */
export function convertRow(converter: Converter, row: DataRow, context: ConvertContext): Sample[] {
  const { location, index } = context;
  return converter
    .convert(row, context)
    .map((sample) => parseSample(sample, { location, defaultId: `${converter.name}-${String(index)}` }));
}
