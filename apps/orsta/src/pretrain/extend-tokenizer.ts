import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OrstaError } from '../errors.ts';

/** A call of the zoom tool around the four numbers of its box. */
export const ZOOM_CALL = {
  before: '<tool_call>\n{"name": "image_zoom_in_tool", "arguments": {"bbox_2d": [',
  after: ']}}\n</tool_call>',
};

/** Fixed text of calls and of their answers, each one token for a model that cannot afford to spell it. */
const TOOL_TOKENS = [ZOOM_CALL.before, ZOOM_CALL.after, '<tool_response>\n', '\n</tool_response>'];

interface TokenizerFile {
  added_tokens: { id: number; content: string }[];
}

/** Copies a model folder of orsta-nano and gives its tokenizer the tokens of tools; they take rows of the embedding that are not in use. */
export async function withToolTokens(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true });
  const path = join(to, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(path, 'utf8')) as TokenizerFile;
  const { vocab_size: rows } = JSON.parse(await readFile(join(to, 'config.json'), 'utf8')) as { vocab_size: number };
  const known = new Set(tokenizer.added_tokens.map(({ content }) => content));
  const missing = TOOL_TOKENS.filter((content) => !known.has(content));
  const first = 1 + tokenizer.added_tokens.reduce((greatest, { id }) => Math.max(greatest, id), 0);
  if (first + missing.length > rows)
    throw new OrstaError(
      'usage',
      `The embedding of ${from} has ${String(rows)} rows, and ${String(first + missing.length)} are needed for the tokens of tools. Begin with orsta-nano-base.`,
    );
  const shared = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
  tokenizer.added_tokens.push(...missing.map((content, index) => ({ id: first + index, content, ...shared })));
  await writeFile(path, `${JSON.stringify(tokenizer)}\n`);
}
