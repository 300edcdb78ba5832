/** How deep one `\boxed` inside another is unwrapped; more is no answer but an attack. */
const MAX_NESTING = 3;
const COMMANDS = ['\\boxed', '\\fbox'];
/** An answer is at the end; longer texts are read from here on. */
const MAX_TEXT = 100_000;

/**
 * The content of the last complete `\boxed{...}` (or `\fbox{...}`) of a text, braces balanced; `undefined` when there is none.
 * Runs in linear time whatever the text; of a longer one only the last 100,000 characters are read.
 */
export function lastBoxed(text: string): string | undefined {
  let content = outermostLast(text.length > MAX_TEXT ? text.slice(-MAX_TEXT) : text);
  for (let depth = 0; content !== undefined && /^\s*\\f?box/.test(content); depth++) {
    if (depth === MAX_NESTING) return undefined;
    content = outermostLast(content);
  }
  return content;
}

function outermostLast(text: string): string | undefined {
  const first = text.search(/\\(?:boxed|fbox)/);
  if (first < 0) return undefined;
  const open: { start: number; boxed: boolean }[] = [];
  let found: string | undefined;
  for (let index = first; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') {
      const opened = openingBrace(text, index);
      if (opened > 0) open.push({ start: opened + 1, boxed: true });
      index = opened > 0 ? opened : index + 1;
    } else if (character === '{') {
      open.push({ start: index + 1, boxed: false });
    } else if (character === '}') {
      const group = open.pop();
      if (group?.boxed === true) found = text.slice(group.start, index);
    }
  }
  return found;
}

// The position of the brace that a `\boxed` at `index` opens, or -1.
function openingBrace(text: string, index: number): number {
  const command = COMMANDS.find((name) => text.startsWith(name, index));
  if (command === undefined) return -1;
  let at = index + command.length;
  while (text[at] === ' ' && at < index + 16) at++;
  return text[at] === '{' ? at : -1;
}
