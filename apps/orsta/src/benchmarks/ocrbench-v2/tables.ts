/** Tables and charts of OCRBench v2 as HTML, in the way of `eval_scripts/TEDS_metric.py`. */
import { literalEval } from '../python/literal.ts';
import { isDict, str, type PyValue } from '../python/value.ts';
import { strip } from '../text/python-text.ts';
import { tableSimilarity } from './table-similarity.ts';

/** A response that should be an HTML table: from `<body` or else `<table` on; 0 where there is neither. */
export function htmlTable(response: string, right: string): number {
  const text = response.replaceAll('\n', '');
  const start = text.includes('<body') ? text.indexOf('<body') : text.indexOf('<table');
  return start < 0 ? 0 : tableSimilarity(wrapped(text.slice(start)), wrapped(right));
}

function wrapped(html: string): string {
  let text = html.replaceAll('\n', '');
  const [opened, closed] = [text.includes('<table'), text.includes('</table>')];
  if (!opened) text = `<table>${text}`;
  if (!closed) text = `${text}</table>`;
  if (!text.includes('<body>')) text = `<body>${text}</body>`;
  return text.includes('<html>') ? text : `<html>${text}</html>`;
}

/** A response that should be a Markdown table; the second line, which draws the rule, is passed over. */
export function markdownTable(response: string, right: string): number {
  return tableSimilarity(fromMarkdown(response), fromMarkdown(right));
}

function fromMarkdown(text: string): string {
  // The authors strip the letters of "```markdown" from both ends, and so the letters of a table that ends with them.
  const lines = strip(strip(text, '`markdown'), '`').trim().split('\n');
  const rows = [lines[0] ?? '', ...lines.slice(2)].map((line) =>
    line.trim().split('|').slice(1, -1).map((cell) => (/^ +$/.test(cell) ? ' ' : cell.trim())),
  ); // prettier-ignore
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<html><body><table>${body}</table></body></html>`;
}

const FENCES = /```(?:python|json)?\n(.*?)\n```/gis;

/** A response that should be the values of a chart as a dict. */
export function chart(response: string, right: PyValue): number {
  const own = readDict(response);
  return own === undefined || !isDict(own) || own.entries.length === 0 ? 0 : tableSimilarity(fromDict(own), fromDict(right));
}

function readDict(response: string): PyValue | undefined {
  const fenced = [...response.matchAll(FENCES)].map(([, content = '']) => content);
  const longest = fenced.reduce((best, content) => (content.length > best.length ? content : best), fenced[0] ?? '');
  const content = (fenced.length === 0 ? response : longest).trim().replace(/^\s*[\p{L}\p{N}_]+\s*=\s*/u, '').replace(/#[^\n]*/g, ''); // prettier-ignore
  return literalEval(content.slice(0, content.lastIndexOf('}') + 1) || content);
}

/** A row for each key; the characters of a value are set apart by blanks. */
function fromDict(value: PyValue): string {
  const entries = isDict(value) ? value.entries : [];
  const rows = entries.map(([key, own]) => `  <tr><td>${str(key)}</td><td>${[...str(own)].join(' ')}</td></tr>\n`);
  return `<html><body><table>\n${rows.join('')}</table></body></html>`;
}
