/**
 * The unit of a measured value, for comparison: `5 cm`, `5\text{ cm}` and `5 centimeters` have the same one, `5 m` another. A unit
 * is read as a product of known units with powers; what is not known, such as "5 cats", has none. Units are not converted: `5 m` and `500 cm`
 * are different answers. Left out: prefixes written as words beyond the usual ones, and units of money but dollars, cents and signs.
 */

const PREFIXES = ['', 'n', 'µ', 'm', 'c', 'd', 'k', 'M', 'G', 'T'];
const PREFIXED = ['m', 'g', 's', 'A', 'K', 'mol', 'Hz', 'N', 'Pa', 'J', 'W', 'C', 'V', 'F', 'Ω', 'T', 'L', 'eV', 'cal', 'Wh', 'bar'];
/** Units that take no prefix, and other names of units: name -> factors. */
const NAMED: ReadonlyMap<string, string> = new Map(
  [
    'min h ft in yd mi lb oz gal ha rad am pm day week month year ° °C °F ct $ € £ ¥'.split(' ').map((name) => [name, name] as const),
    pairs('l:L ml:mL hr:h hrs:h sec:s secs:s mins:min lbs:lb kph:km/h kmph:km/h mph:mi/h cc:cm^3 ohm:Ω ohms:Ω kmh:km/h a.m.:am p.m.:pm'),
    pairs(
      'inch:in inches:in foot:ft feet:ft yard:yd yards:yd mile:mi miles:mi pound:lb pounds:lb ounce:oz ounces:oz gallon:gal gallons:gal',
    ),
    pairs(
      'day:day days:day week:week weeks:week month:month months:month year:year years:year hour:h hours:h minute:min minutes:min second:s',
    ),
    pairs('seconds:s degree:° degrees:° dollar:$ dollars:$ USD:$ cent:ct cents:ct euro:€ euros:€ radian:rad radians:rad ℃:°C ℉:°F'),
    ...spelled(
      'meter:m metre:m gram:g liter:L litre:L newton:N joule:J watt:W volt:V pascal:Pa ampere:A kelvin:K mole:mol coulomb:C hertz:Hz',
    ),
  ].flat(),
);
const UNITS: ReadonlyMap<string, string> = new Map([
  ...PREFIXED.flatMap((unit) => PREFIXES.map((prefix) => [`${prefix}${unit}`, `${prefix}${unit}`] as const)),
  ...NAMED,
]);

function pairs(text: string): (readonly [string, string])[] {
  return text.split(' ').map((pair) => {
    const colon = pair.indexOf(':');
    return [pair.slice(0, colon), pair.slice(colon + 1)] as const;
  });
}

// "centimeters", "kilojoule".
function spelled(text: string): (readonly [string, string])[][] {
  const prefixes = pairs(':  nano:n micro:µ milli:m centi:c deci:d kilo:k mega:M giga:G'.replace(':  ', ': '));
  return pairs(text).map(([word, sign]) =>
    prefixes.flatMap(([long, short]) => ['', 's'].map((end) => [`${long}${word}${end}`, `${short}${sign}`] as const)),
  );
}

const FONT = /\\(?:text|textrm|mathrm|mbox|rm|operatorname)\s?\{([^{}]*)\}/g;
const LONGEST = 80;

/** A value with its unit in plain signs: `5\,\mathrm{m/s}^2` -> `5 m/s^2`. */
function plain(text: string): string {
  return text
    .replace(/\\(?:Omega|ohm)(?![a-zA-Z])|\u2126/g, 'Ω')
    .replace(/\\mu(?![a-zA-Z])|μ/g, 'µ')
    .replace(/\^\s?\{?\s?\\circ\s?\}?|\\degree(?![a-zA-Z])|º/g, '°')
    .replace(FONT, ' $1 ')
    .replace(/\\[,;:! ]|[~\u00a0\u202f\u2009]/g, ' ')
    .replace(/\\cdot(?![a-zA-Z])|[·⋅]/g, '*')
    .replace(/\s?\^\s?\{?(-?\d)\}?/g, '^$1')
    .replace(/[²³]/g, (sign) => (sign === '²' ? '^2' : '^3'))
    .replace(/⁻([¹²])/g, (_, sign: string) => (sign === '¹' ? '^-1' : '^-2'))
    .replace(/\bdegrees? (celsius|fahrenheit)\b/gi, (_, scale: string) => `°${scale.charAt(0).toUpperCase()}`)
    .replace(/°\s+(?=[CF](?![a-zA-Z]))/g, '°')
    .replace(/\b(?:square|sq\.?|cubic|cu\.?) ([a-zA-Z]+)/gi, (power: string, unit: string) => `${unit}^${/^s/i.test(power) ? 2 : 3}`)
    .replace(/\s+/g, ' ')
    .trim();
}

const FACTOR = String.raw`[a-zA-Z°µΩ℃℉€£¥$.]{1,14}(?:\^-?\d|(?<=m)[23])?`;
const MEASURED = new RegExp(
  String.raw`(?<before>.*?(?:[\d})π]|\dpi))(?<gap>\s?)(?!pi\b)(?<unit>${FACTOR}(?:\s?(?:[*/ ]|per )\s?\(?${FACTOR}\)?){0,4})$`,
);
const PRICE = /(?:^|[\s=])(?<sign>[$€£¥])\s?(?<amount>[\d.,]*\d)$/;
/** Right after a number these are variables as often as units: `5m`, `2mg`, `3kT`. */
const VARIABLES = /^(?:[a-zA-Z]|[mkcdGMT](?:[A-Z]|(?<=m)g))$/;
/** As are letters side by side: `2 m g`. */
const PRODUCT = /^[a-zA-Z](?: [a-zA-Z])+$/;

/** A value and the unit after it, or before it where it is money. */
export interface Measured {
  /** What is before the unit, as it was written but in plain signs. */
  readonly value: string;
  /** The unit in a form that can be compared: `m s^-2`. */
  readonly unit: string;
}

/** The end of a text in plain signs. A final full stop belongs to the sentence, unless it is that of `a.m.`; emphasis is taken off. */
function endOf(text: string): string {
  return plain(text.slice(-LONGEST)).replace(/\s*(?:[*_`]|(?<!\b[ap]\.m)[.,。])*$/, '');
}

/** The value and the known unit at the end of a text; undefined where there is none. A final full stop belongs to the sentence. */
export function measuredIn(text: string): Measured | undefined {
  const end = endOf(text.replace(/\\\$/g, '$'));
  const price = PRICE.exec(end)?.groups;
  if (price !== undefined) return { value: String(price['amount']), unit: String(price['sign']) };
  const found = MEASURED.exec(end)?.groups;
  if (found === undefined) return undefined;
  const written = String(found['unit']);
  const unit = canonical(written);
  if (unit === undefined || PRODUCT.test(written) || (found['gap'] === '' && VARIABLES.test(written))) return undefined;
  return { value: String(found['before']), unit };
}

const NOUN = /^(?<value>.*?[\d})π])\s+(?<words>(?:[a-z]{2,14} ){0,2}[a-z]{3,14})$/;
/** Words after a number that are a part of it, or say nothing of what is counted. */
const NO_NOUNS =
  /\b(?:hundred|thousand|million|billion|trillion|dozen|percent|percentage|pct|times|minus|plus|over|units?|approximately|total|and|or|pi|sin|cos|tan|log|exp|sqrt|mod)\b/;

/** A value and the thing that is counted: "5 cats" has the noun "cat". */
export function countedIn(text: string): Measured | undefined {
  const found = NOUN.exec(endOf(text))?.groups;
  const words = found?.['words'];
  if (found === undefined || words === undefined || NO_NOUNS.test(words)) return undefined;
  return { value: String(found['value']), unit: words.replace(/^.* /, '').replace(/(?<=[a-z]{2})e?s$/, '') };
}

function canonical(written: string): string | undefined {
  const powers = new Map<string, number>();
  let sign = 1;
  for (const part of written.replace(/\bper\b/g, '/').split(/\s*([*/])\s*|\s+/)) {
    if (part === undefined || part === '' || part === '*') continue;
    if (part === '/') {
      sign = -1;
      continue;
    }
    const [, name = '', power = '1'] = /^\(?([^\d^()]+)\^?(-?\d)?\)?$/.exec(part) ?? [];
    const factors = UNITS.get(name) ?? UNITS.get(name.toLowerCase());
    if (factors === undefined) return undefined;
    for (const [unit, exponent] of factorsOf(factors)) powers.set(unit, (powers.get(unit) ?? 0) + sign * exponent * Number(power));
  }
  if (powers.size === 0) return undefined;
  return [...powers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([unit, power]) => (power === 1 ? unit : `${unit}^${power}`))
    .join(' ');
}

function factorsOf(factors: string): readonly (readonly [string, number])[] {
  const [top = '', bottom] = factors.split('/');
  const [unit = '', power = '1'] = top.split('^');
  return [[unit, Number(power)], ...(bottom === undefined ? [] : [[bottom, -1] as const])];
}

/** Whether two units are known and not the same; a bare degree fits every scale. */
export function unitsDiffer(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return false;
  return !(a.startsWith('°') && b.startsWith('°') && (a === '°' || b === '°'));
}
