import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { html, type Markup } from './markup.ts';

/** Recipe and environment of a run, as far as its folder has them. */
export async function runFacts(folder: string): Promise<Markup> {
  const recipe = await readFile(join(folder, 'recipe.yaml'), 'utf8').catch(() => undefined);
  const manifest = await readManifest(join(folder, 'manifest.json'));
  return html`${
    manifest.length === 0
      ? html`<p class="faint">The folder has no manifest.json.</p>`
      : html`<table class="facts">
          ${manifest.map(
            ([name, value]) =>
              html`<tr>
                <th>${name}</th>
                <td>${value}</td>
              </tr>`,
          )}
        </table>`
  }
  ${
    recipe === undefined
      ? html`<p class="faint">The folder has no recipe.yaml.</p>`
      : html`<details open>
          <summary>Recipe</summary>
          <pre>${recipe}</pre>
        </details>`
  }`;
}

/** The manifest in rows; one that is damaged says so. */
async function readManifest(path: string): Promise<[string, string][]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    return flatten('', JSON.parse(text));
  } catch (error) {
    return [['manifest.json', `cannot be read: ${error instanceof Error ? error.message : String(error)}`]];
  }
}

function flatten(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value))
    return value.every((part) => typeof part !== 'object') ? [[name, value.join(' ')]] : [[name, JSON.stringify(value)]];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(name === '' ? key : `${name}.${key}`, inner));
}
