/** The tokens of LaTeX as sympy 1.13 reads it (the rules of its `LaTeX.g4`): the longest one counts, and blanks and spacing commands are skipped. */

/** What `parse_latex` of sympy raises an error for. Never leaves the metrics of this folder. */
export class LatexError extends Error {}

/** A token that does not fit. What could be read before it counts; where nothing could, it is an error. */
export class UnexpectedToken extends LatexError {}

/** What a token is; a sign or a command with a meaning is a kind of its own, such as `+` or `\frac`. */
export interface Token {
  readonly kind: string;
  readonly text: string;
}

const SKIPPED =
  /^(?:[ \t\r\n]+|\\(?:,|:|;|!|thinspace|medspace|thickspace|quad|qquad|negthinspace|negmedspace|negthickspace|left|right)|\\(?:vrule|vcenter|vbox|vskip|vspace|hfil)|\\[*\-./"(=])/;
const DIFFERENTIAL = /^d[ \t\r\n]*(?:\\[a-zA-Z]+|[a-zA-Z])/;
const COMMAND = /^\\[a-zA-Z]+/;
const SIGNS = /^(?:&[ \t\r\n]*=|=|'+|\\[{}]|[-+*/()[\]{}|_^:<>!,.])/;

/** Commands with a meaning of their own; every other one is a symbol. Of two names the first is the kind. */
const COMMANDS: ReadonlyMap<string, string> = new Map(
  [
    ['\\to', '\\rightarrow', '\\Rightarrow', '\\longrightarrow', '\\Longrightarrow'],
    ['\\frac', '\\dfrac', '\\tfrac'],
    ['\\binom', '\\dbinom', '\\tbinom'],
    ['\\le', '\\leq', '\\leqq', '\\leqslant'],
    ['\\ge', '\\geq', '\\geqq', '\\geqslant'],
    ...['langle', 'rangle', 'lim', 'int', 'sum', 'prod', 'lfloor', 'rfloor', 'lceil', 'rceil', 'sqrt', 'overline'].map((name) => [
      `\\${name}`,
    ]),
    ...['times', 'cdot', 'div', 'mathit', 'neq'].map((name) => [`\\${name}`]),
  ].flatMap((names) => names.map((name): [string, string] => [name, names[0] ?? name])),
);

/** Functions that take their argument with or without parentheses. */
export const FUNCTIONS: ReadonlySet<string> = new Set(
  'exp log lg ln sin cos tan csc sec cot arcsin arccos arctan arccsc arcsec arccot sinh cosh tanh arsinh arcosh artanh'
    .split(' ')
    .map((name) => `\\${name}`),
);

/** The next token of a text, and how much of the text it takes; undefined where only skipped signs are left. */
function nextToken(text: string): { token: Token | undefined; length: number } {
  const skipped = SKIPPED.exec(text)?.[0] ?? '';
  const command = COMMAND.exec(text)?.[0] ?? '';
  // A command is longer than the spacing that it begins like: `\leftarrow` is a symbol, `\left|` the left bar of a ket.
  if (/^\\(?:left|right)\|/.test(text))
    return { token: { kind: text.startsWith('\\left|') ? '\\left|' : '\\right|', text: '|' }, length: text.indexOf('|') + 1 };
  if (skipped.length >= command.length && skipped !== '') return { token: undefined, length: skipped.length };
  if (text.startsWith('\\int\\limits')) return { token: { kind: '\\int', text: '\\int\\limits' }, length: 11 };
  if (command !== '') return { token: commandToken(command), length: command.length };
  const differential = DIFFERENTIAL.exec(text)?.[0];
  if (differential !== undefined) return { token: { kind: 'differential', text: differential }, length: differential.length };
  const sign = SIGNS.exec(text)?.[0];
  if (sign !== undefined) return { token: { kind: signKind(sign), text: sign }, length: sign.length };
  const first = text.charAt(0);
  if (/[a-zA-Z]/.test(first)) return { token: { kind: 'letter', text: first }, length: 1 };
  if (/[0-9]/.test(first)) return { token: { kind: 'digit', text: first }, length: 1 };
  throw new LatexError(`no token begins with ${first}`);
}

function commandToken(command: string): Token {
  return { kind: COMMANDS.get(command) ?? (FUNCTIONS.has(command) ? command : 'symbol'), text: command };
}

function signKind(sign: string): string {
  if (sign.startsWith("'")) return 'quotes';
  return sign.includes('=') ? '=' : sign;
}

/** Reads tokens one after the other, only as far as somebody looks: what is wrong further on is no error. */
export interface TokenReader {
  /** The token so many places ahead; `{ kind: 'end' }` after the last one. */
  peek(ahead?: number): Token;
  next(): Token;
  /** The place of the next token, for `back`. */
  place(): number;
  back(place: number): void;
}

const END: Token = { kind: 'end', text: '' };

/** The inside of unclosed parentheses is read twice, so that nesting them doubles the work; no answer needs as many steps. */
const MOST_STEPS = 20_000;

/** A reader at the start of the text. */
export function readTokens(source: string): TokenReader {
  const tokens: Token[] = [];
  let steps = 0;
  let rest = source.trim();
  let at = 0;
  const peek = (ahead = 0): Token => {
    while (tokens.length <= at + ahead && rest !== '') {
      const { token, length } = nextToken(rest);
      rest = rest.slice(length);
      if (token !== undefined) tokens.push(token);
    }
    return tokens[at + ahead] ?? END;
  };
  return {
    peek,
    next: () => {
      const token = peek();
      at += 1;
      steps += 1;
      if (steps > MOST_STEPS) throw new LatexError('the formula is too deep');
      return token;
    },
    place: () => at,
    back: (place) => {
      at = place;
    },
  };
}
