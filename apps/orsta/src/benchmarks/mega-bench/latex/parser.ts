/** What the parsers of the parts of a formula share: the tokens with a place to go back to, and each other. */
import type { MathNode as Node } from '@vtriune/verifiers/math';
import { LatexError, readTokens, UnexpectedToken, type TokenReader } from './tokens.ts';

/** A tree as text: the same for the same tree. */
export function written(parsed: Parsed): string {
  return JSON.stringify(parsed, (_, own: unknown) => (typeof own === 'bigint' ? String(own) : own));
}

/** What is said of two sides. */
export type RelationOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** An expression, or two of them and what is said of them. */
export type Parsed =
  Node | { readonly kind: 'comparison'; readonly operator: RelationOperator; readonly left: Parsed; readonly right: Parsed };

/** A differential operator such as `\frac{d}{dx}`, which waits for what comes after it. */
export interface Differential {
  readonly kind: 'differential';
  readonly variable: string;
}

/** What the parsers of parts are given. */
export interface Parser extends TokenReader {
  /** How many `|` are open. */
  bars: number;
  /** How many expressions are in each other here. */
  depth: number;
  expression(): Node;
  /** A product; without functions where it is the argument of one that has no parentheses. */
  product(functions: boolean): Node;
  /** What follows `^` or `_`: an atom, or an expression in braces. */
  script(): Node;
  /** Reads another text from its start. */
  parse(source: string): Parsed;
  /** The next token, which must be of the kind. */
  expect(kind: string): string;
  /** Whether the next token is of the kind; takes it then. */
  take(kind: string): boolean;
  /** What can be read from here; undefined, and nothing taken, where a token does not fit. */
  attempt<T>(read: () => T): T | undefined;
}

/** A parser at the start of a text, with the parsers of its parts. */
export function createParser(source: string, parts: Pick<Parser, 'expression' | 'product' | 'script' | 'parse'>): Parser {
  const reader = readTokens(source);
  const parser: Parser = {
    ...reader,
    ...parts,
    bars: 0,
    depth: 0,
    expect: (kind) => {
      const token = reader.next();
      if (token.kind !== kind) throw new UnexpectedToken(`${kind} is expected in place of ${token.text}`);
      return token.text;
    },
    take: (kind) => {
      if (reader.peek().kind !== kind) return false;
      reader.next();
      return true;
    },
    attempt: (read) => {
      const [place, bars, depth] = [parser.place(), parser.bars, parser.depth];
      try {
        return read();
      } catch (error) {
        if (!(error instanceof UnexpectedToken)) throw error;
        parser.back(place);
        parser.bars = bars;
        parser.depth = depth;
        return undefined;
      }
    },
  };
  return parser;
}

/** Refuses a differential operator, which is no value. */
export function valueOf(node: Node | Differential): Node {
  if (node.kind !== 'differential') return node;
  throw new LatexError('a derivative needs an expression');
}
