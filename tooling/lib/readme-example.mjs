const MARK = '<!-- run -->';
const BLOCK = /^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm;

/**
 * The runnable example of a README: a ```ts block, and the ```text block after it that shows its output.
 *
 * @param {string} markdown
 * @param {{ onlyMarked?: boolean }} [options] `onlyMarked`: the first block after a line `<!-- run -->`, not the first of the file
 * @returns {{ code: string, output: string | undefined } | undefined} `output` is undefined where no ```text block follows
 */
export function readmeExample(markdown, { onlyMarked = false } = {}) {
  const mark = markdown.indexOf(MARK);
  if (onlyMarked && mark < 0) return undefined;
  const blocks = [...markdown.slice(onlyMarked ? mark : 0).matchAll(BLOCK)].map(([, language, body]) => ({ language, body }));
  const position = blocks.findIndex(({ language }) => language === 'ts');
  if (position < 0) return undefined;
  const next = blocks[position + 1];
  return { code: blocks[position].body, output: next?.language === 'text' ? next.body : undefined };
}
