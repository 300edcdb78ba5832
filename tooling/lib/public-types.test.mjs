import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicTypes, typeDifferences } from './public-types.mjs';

let folder;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vtriune-types-')));
  mkdirSync(join(folder, 'dist'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The public types of a package with one entry and, beside it, a file that the entry takes types from. */
async function typesOf(index, shared = 'export {};') {
  writeFileSync(join(folder, 'dist/index.d.ts'), index);
  writeFileSync(join(folder, 'dist/shared.d.ts'), shared);
  const manifest = { exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' } };
  return (await publicTypes({ folder, manifest })).get('.');
}

const ENTRY = `
import { S as Score } from './shared.js';
/** Words. */
interface Options { readonly seed: number; /** More words. */ readonly limits?: Limits }
interface Limits { readonly most: number }
interface Unused { readonly nothing: string }
declare function sample(options: Options): Score[];
declare const DEFAULT: Options;
export { DEFAULT, sample, type Options };
`;
const SHARED = "type S = { status: 'scored'; reward: number };\nexport type { S };";

describe('publicTypes', () => {
  it('has what is exported and what that mentions, sorted, without comments', async () => {
    const text = await typesOf(ENTRY, SHARED);
    expect([...text.matchAll(/^(?:export )?\w+ (\w+)/gm)].map(([line]) => line)).toEqual([
      'export const DEFAULT',
      'interface Limits',
      'export interface Options',
      'type S',
      'export function sample',
    ]);
    expect(text).not.toMatch(/ords|Unused/);
  });

  it('changes where a type changes that is not exported itself', async () => {
    const before = await typesOf(ENTRY, SHARED);
    expect(typeDifferences(before, await typesOf(ENTRY, SHARED.replace('number', 'string')))).toEqual(['~ S']);
    expect(typeDifferences(before, await typesOf(ENTRY.replace('most: number', 'most?: number'), SHARED))).toEqual(['~ Limits']);
    expect(typeDifferences(before, await typesOf(ENTRY.replaceAll('words', 'other words'), SHARED))).toEqual([]);
  });

  it('says what came and what went', async () => {
    const before = await typesOf(ENTRY, SHARED);
    const after = await typesOf(ENTRY.replaceAll('DEFAULT', 'STANDARD'), SHARED);
    expect(typeDifferences(before, after)).toEqual(['- DEFAULT', '+ STANDARD']);
    expect(typeDifferences('', before)).toHaveLength(5);
  });

  it('says what to do where the build is missing', async () => {
    await expect(publicTypes({ folder, manifest: { exports: { '.': { types: './dist/none.d.ts' } } } })).rejects.toThrow(
      /Build the packages first/,
    );
  });
});
