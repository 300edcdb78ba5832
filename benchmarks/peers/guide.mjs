// Runs the guide's pages for verl and TRL as they are: the shell commands that make the data and the adapter, and then the Python side through the
// trainer's own loader. Left out are the commands that need a GPU or a data set of others; `trl_run.py` trains.
import { copyFileSync, cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The `orsta` commands of a page that make files of train.jsonl and test.jsonl, or the adapter; each as a list of arguments. */
function commandsOf(markdown) {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  return blocks
    .flatMap((text) => text.split('\n'))
    .filter((line) => /^npx orsta (adapter|data to-\w+ t)/.test(line))
    .map((line) => line.split(' ').slice(2));
}

/**
 * Follows one page in a folder of its own. Throws where a command fails, or where the trainer's loader or rewards are not as they should be.
 *
 * @param {{ page: string, folder: string, samples: string, orsta: (args: string[], cwd: string) => void, python: (script: string, args: string[]) => void }} given
 */
export function followPage({ page, folder, samples, orsta, python }) {
  const file = fileURLToPath(new URL(`../../docs/guide/${page}.md`, import.meta.url));
  const own = join(folder, `guide-${page}`);
  cpSync(dirname(samples), own, { recursive: true });
  for (const name of ['train', 'test']) copyFileSync(samples, join(own, `${name}.jsonl`));
  const commands = commandsOf(readFileSync(file, 'utf8'));
  if (commands.length < 2)
    throw new Error(`docs/guide/${page}.md has ${commands.length} commands that make data or an adapter; 2 are needed`);
  for (const command of commands) orsta(command, own);
  python('guide_page.py', [page, '--page', file, '--folder', own]);
}
