import type { SettingExplanation } from '@vtriune/format/settings';
import { InvalidArgumentError, Option } from 'commander';

/** One command-line option for each setting, with the description and default of its schema: `deadlineMs` is `--deadline-ms <n>`. */
export function settingOptions(rows: readonly SettingExplanation[]): Option[] {
  return rows.map(({ path, type, default: otherwise, description }) => {
    const name = path.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    // A setting that is true by default can only be switched off.
    if (type.startsWith('boolean')) return new Option(otherwise === 'true' ? `--no-${name}` : `--${name}`, description);
    const shown = otherwise === 'none' || otherwise === '[]' ? description : `${description} (default: ${otherwise})`;
    if (type.startsWith('list')) return new Option(`--${name} <values...>`, shown);
    if (type.startsWith('integer')) return new Option(`--${name} <n>`, shown).argParser(whole);
    return new Option(`--${name} <text>`, shown);
  });
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
