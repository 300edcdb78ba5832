import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cycleProblems, importCycles } from './import-cycles.mjs';

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vtriune-cycles-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files by name and returns their paths. */
function write(files) {
  return Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
}

describe('importCycles', () => {
  it('finds none where imports go one way', () => {
    const files = write({
      'a.ts': "import { b } from './b.ts';\nimport { c } from './c.ts';",
      'b.ts': "export * from './c.ts';",
      'c.ts': '',
    });
    expect(importCycles(files)).toEqual([]);
  });

  it('finds a cycle of three files, named in the order of the imports', () => {
    const files = write({
      'a.ts': "import { b } from './b.ts';",
      'b.ts': "import { c } from './c.ts';",
      'c.ts': "import { a } from './a.ts';",
      'd.ts': "import './a.ts';",
    });
    expect(cycleProblems(files, folder)).toEqual([
      expect.stringMatching(/^a\.ts\n {4}imports b\.ts\n {4}imports c\.ts\n {4}imports a\.ts\n/),
    ]);
  });

  it.each([
    ["import type { B } from './b.ts';", "import type { A } from './a.ts';"],
    ["export { b } from './b.ts';", "import { a } from './a.ts';"],
    ["const b = await import('./b.ts');", "import { a } from './a.ts';"],
  ])('counts types, re-exports and dynamic imports: %s', (a, b) => {
    expect(importCycles(write({ 'a.ts': a, 'b.ts': b }))).toHaveLength(1);
  });

  it('finds a file that imports itself, and two cycles that do not touch', () => {
    const files = write({
      'a.ts': "import './a.ts';",
      'b.ts': "import './c.ts';",
      'c.ts': "import './b.ts';",
    });
    expect(importCycles(files)).toHaveLength(2);
  });
});
