/** The content of the first fenced code block of a text, or the text itself. */
export function codeBlock(text: string, language: 'json' | 'any'): { content: string; found: boolean } {
  const match = (language === 'json' ? JSON_BLOCK : ANY_BLOCK).exec(text);
  return match === null ? { content: text, found: false } : { content: (match[1] ?? '').trim(), found: true };
}

/** The same for answers whose blanks count: those at the start stay, and with `trim` those at the end go. */
export function verbatimBlock(text: string, trim: boolean): { content: string; found: boolean } {
  const match = (trim ? VERBATIM_TRIMMED : VERBATIM).exec(text);
  return match === null ? { content: text, found: false } : { content: match[1] ?? '', found: true };
}

const JSON_BLOCK = /```json\s*(.*?)\s*```/s;
const ANY_BLOCK = /```[\p{L}\p{N}_]*\s*(.*?)\s*```/su;
const VERBATIM_TRIMMED = /```[\p{L}\p{N}_]*(?:\s*\n+)?(.*?)\s*```/su;
const VERBATIM = /```[\p{L}\p{N}_]*(?:\s*\n+)?(.*?)(?:\n+\s*)?```/su;
