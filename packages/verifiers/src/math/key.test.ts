import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { childrenOf, type Node } from './ast.ts';
import { extractMath } from './find/extract-math.ts';
import { keyOf } from './key.ts';
import { parseLatex } from './parse/parse-latex.ts';

function key(text: string): string {
  const node = parseLatex(text);
  return node ? keyOf(node) : text;
}

function withParts(node: Node): readonly Node[] {
  return [node, ...childrenOf(node).flatMap(withParts)];
}

describe('keyOf', () => {
  it('ignores the order of sums, products and sets only', () => {
    expect(key('a+b')).toBe(key('b+a'));
    expect(key('ab')).toBe(key('ba'));
    expect(key('\\{1,2\\}')).toBe(key('\\{2,1\\}'));
    expect(key('a^b')).not.toBe(key('b^a'));
    expect(key('(2,1)')).not.toBe(key('(2,1,1)'));
  });

  it('is never the same for two kinds of expressions', () => {
    const file = new URL('../../test/fixtures/math/math-goldens.json', import.meta.url);
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: readonly (readonly [string, string, string])[] };
    const values = rows.flatMap(([, truth, response]) => [...extractMath(truth).values, ...extractMath(response).values]);
    const nodes = values.flatMap((value) => (typeof value === 'string' ? [] : withParts(value)));
    const kinds = new Map(nodes.map((node) => [keyOf(node), node.kind]));
    expect(kinds.size).toBeGreaterThan(300);
    expect(nodes.filter((node) => kinds.get(keyOf(node)) !== node.kind)).toEqual([]);
  });
});
