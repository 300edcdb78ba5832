// Removing a unit of measurement from the end of an answer: `5 cm`, `15\text{ cm}^2`, `3 hours`.
import { isDigitAt, isSpaceAt } from '../characters.ts';

const NAMES =
  'integerpoint,feet,sue,digit,pound,meal,edge,student,children ticket,multiple,east,degree,mph,kmph,ft,m square, m east,sq m,deg,mile,q .,monkey,prime,ratio,' +
  'profit of rs,rd,o,gm,p . m,lb,tile,per,dm,lt,gain,ab,way,west,a .,b .,c .,d .,e .,f .,g .,h .,t,h,no change,men,soldier,pie,bc,excess,st,inches,noon,cent,by,gal,' +
  'kmh,c,acre,rise,a . m,th,π r 2,sq,mark,l,toy,coin,sq . m,gallon,° f,profit,minw,yr,women,am,pm,hr,cu cm,square,v â € ™,are,rupee,rounds,cubic,cc,mtr,s,ohm,number,' +
  'day,hour,minute,min,second,man,woman,sec,cube,mt,sq inch,mp,∏ cm ³,hectare,more,unit,cu . m,cm 2,rs .,rs,kg,g,month,km,m,cm,mm,apple,liter,loss,yard,pure,year,' +
  'increase,decrease,d,less,Surface,litre,pi sq m,s .,metre,meter,inch';

const UNITS = new Set(NAMES.split(',').flatMap((name) => [name, `${name}s`, `${name}es`]));

/** The length of the longest unit that ends in a character: most answers end in one that no unit has there. */
const LONGEST = new Map<string, number>();
for (const name of UNITS) LONGEST.set(name.slice(-1), Math.max(name.length, LONGEST.get(name.slice(-1)) ?? 0));

/** Drops one unit word at the end after a digit, a brace or a space. */
export function dropUnitWord(text: string): string {
  const end = text.trimEnd().length;
  const longest = LONGEST.get(text.charAt(end - 1)) ?? 0;
  for (let start = Math.max(0, end - longest); start < end; start += 1) {
    if (!UNITS.has(text.slice(start, end))) continue;
    let before = start;
    while (before > 0 && isSpaceAt(text, before - 1)) before -= 1;
    if (isDigitAt(text, before - 1) || text[before - 1] === '}') return text.slice(0, before);
    if (before < start) return text.slice(0, before + 1);
  }
  return text;
}

const COMMANDS = ['\\text{', '\\mbox{'];

/** End of the text without a trailing `^2` or `{^2}`. */
function withoutPower(text: string): number {
  const n = text.length;
  if (text[n - 1] === '}' && isDigitAt(text, n - 2) && text[n - 3] === '^' && text[n - 4] === '{') return n - 4;
  return isDigitAt(text, n - 1) && text[n - 2] === '^' ? n - 2 : n;
}

/**
 * Drops `\text{...}` with an optional power at the end, from the first such command on. Only a command outside all braces counts:
 * inside one it is part of the expression (`\frac{1}{\text{e}}`).
 */
export function dropUnitText(text: string): string {
  if (!COMMANDS.some((command) => text.includes(command))) return text;
  for (const end of new Set([withoutPower(text), text.length])) {
    if (text[end - 1] !== '}') continue;
    const start = firstTopLevelText(text);
    if (start >= 0 && start < end - 5) return text.slice(0, start);
  }
  return text;
}

function firstTopLevelText(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === '\\') {
      if (depth === 0 && COMMANDS.some((command) => text.startsWith(command, i))) return i;
      i += 1;
    } else if (c === '{') depth += 1;
    else if (c === '}') depth -= 1;
    else if (c === '\n') return -1;
  }
  return -1;
}

/** Removes a trailing unit, as text or as up to two words; an answer that would vanish is kept. */
export function dropUnits(text: string): string {
  const keep = (next: string, old: string): string => (next === '' ? old : next);
  let result = keep(dropUnitText(text).trim(), text);
  for (let i = 0; i < 2; i += 1) result = keep(dropUnitWord(result), result);
  return result;
}
