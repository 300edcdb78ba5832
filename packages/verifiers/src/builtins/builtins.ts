import type { Verifier } from '../verifier.ts';
import { choice } from './choice.ts';
import { click } from './click.ts';
import { counting } from './counting.ts';
import { detection } from './detection.ts';
import { format } from './format.ts';
import { grounding } from './grounding.ts';
import { json } from './json.ts';
import { mathverify } from './mathverify.ts';
import { numeric } from './numeric.ts';
import { ocr } from './ocr.ts';
import { text } from './text.ts';

/** All verifiers of this package, for `createRegistry([...builtins, ...mine])`. */
export const builtins: readonly Verifier[] = Object.freeze([
  mathverify,
  detection,
  grounding,
  click,
  counting,
  ocr,
  choice,
  text,
  numeric,
  json,
  format,
]);
