import { describe, expect, it } from 'vitest';
import { builtins } from './builtins/builtins.ts';
import { counting } from './builtins/counting.ts';
import { createRegistry } from './registry.ts';

describe('createRegistry', () => {
  it('finds verifiers by name', () => {
    const registry = createRegistry(builtins);
    expect(registry.get('counting')).toBe(counting);
    expect(registry.has('counting')).toBe(true);
    expect(registry.names).toEqual(builtins.map(({ name }) => name));
  });

  it('refuses a name that comes twice, and lists the known ones for an unknown name', () => {
    expect(() => createRegistry([counting, counting])).toThrow(expect.objectContaining({ code: 'duplicate_verifier' }));
    expect(() => createRegistry([counting]).get('ocr')).toThrow('Known: counting.');
    expect(() => createRegistry([]).get('ocr')).toThrow(expect.objectContaining({ code: 'unknown_verifier' }));
  });
});
