import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));

describe('the package', () => {
  it.each(files)('%s imports nothing but its neighbors and the assignment library, and names no runtime', (name) => {
    const source = readFileSync(new URL(name, import.meta.url), 'utf8');
    const imported = [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier);
    for (const specifier of imported) expect(specifier).toMatch(/^(?:\.\/[a-z-]+\.ts|munkres)$/);
    const code = source.replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
    expect(code).not.toMatch(/\b(?:process|Buffer|require|document|window)\b\s*[.(]/);
  });

  it('is looked at as a whole', () => {
    expect(files).toContain('index.ts');
    expect(files.length).toBeGreaterThan(10);
  });
});
