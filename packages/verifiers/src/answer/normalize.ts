/** No short answer is as long; compatibility forms may be eighteen times the text. */
const MAX_NORMALIZED = 20_000;

/**
 * A text as compared by lenient verifiers: compatibility forms, lower case, single spaces, no quotes around it and no full stop
 * or the like at its end. Texts over 20,000 characters stay as they are.
 */
export function normalizeText(text: string): string {
  if (text.length > MAX_NORMALIZED) return text;
  const folded = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  const unquoted = /^(["'“‘«])(.*)(["'”’»])$/.exec(folded)?.[2] ?? folded;
  return unquoted.replace(/[.,;:!?]{1,8}$/, '').trim();
}
