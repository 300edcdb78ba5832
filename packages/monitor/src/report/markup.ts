/** Text that is HTML or SVG already. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly Part[];

/**
 * HTML or SVG from a template. What is filled in is text, whatever it holds; only other markup goes in as it is. So a response that
 * looks like a script is shown and never run.
 */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.map((text, i) => (i < parts.length ? text + render(parts[i]) : text)).join('') };
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map(render).join('');
}

function escapeText(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = escaped.replaceAll('"', '&quot;').replaceAll("'", '&#39;');
  // Characters that XML cannot hold: the SVG parts are files of their own, too.
  return [...quoted].filter((letter) => letter >= ' ' || letter === '\n' || letter === '\t').join('');
}
