import { readFileSync } from 'node:fs';
import { settings, withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { RecipeFile, recipeSettings } from './schema.ts';
import { settingsHelp } from './settings-help.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('settingsHelp', () => {
  it('is what the README shows: paste this text there when a setting has changed', () => {
    const shown = /<!-- settings -->\s*```text\n([\s\S]*?)\n```/.exec(readme)?.[1];
    expect(shown).toBe(settingsHelp(recipeSettings.explain()));
  });

  it('stays within 100 columns', () => {
    const widths = settingsHelp(recipeSettings.explain())
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(100);
  });

  it('needs one line for a new setting: its type, range, default and meaning', () => {
    const more = settings(
      Type.Object(
        { ...RecipeFile.properties, patience: withDefault(Type.Integer({ minimum: 1, description: 'Evaluations without progress.' }), 5) },
        { additionalProperties: false },
      ),
    );
    const written = { name: 'a', model: { path: 'm' }, data: { kind: 'suite' }, trainer: { steps: 1 } };
    expect(more.parse(written).patience).toBe(5);
    expect(() => more.parse({ ...written, patience: 0 })).toThrow(/patience is 0; it must be >= 1\. Evaluations without progress\./);
    expect(settingsHelp(more.explain())).toContain('  patience (integer >= 1; default 5)\n      Evaluations without progress.');
    expect(more.inputSchema.properties?.['patience']?.default).toBe(5);
    expect(more.inputSchema.required).not.toContain('patience');
  });
});
