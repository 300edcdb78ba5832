import type { SettingExplanation } from '@vtriune/format/settings';

const COLUMNS = 98;
const INDENT = '      ';

/** Settings as text for `--help` and the README: path, type and default on one line, what they mean below it. */
export function settingsHelp(rows: readonly SettingExplanation[]): string {
  return rows
    .map(({ path, type, default: value, description }) => {
      const head = wrap(`${path}  (${type}; ${defaultText(value)})`, '  ', INDENT);
      return [...head, ...wrap(description, INDENT, INDENT)].join('\n');
    })
    .join('\n');
}

function defaultText(value: string): string {
  return value === 'required' || value === 'none' ? value : `default ${value}`;
}

function wrap(text: string, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ').filter((part) => part !== '')) {
    if (line.trim() !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = next;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return line.trim() === '' ? lines : [...lines, line];
}
