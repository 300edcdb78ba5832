/**
 * A text as compared by lenient verifiers: compatibility forms, lower case, single spaces, no quotes around it and no full stop
 * or the like at its end.
 */
export function normaliseText(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  const unquoted = /^(["'“‘«])(.*)(["'”’»])$/.exec(folded)?.[2] ?? folded;
  return unquoted.replace(/[.,;:!?]{1,8}$/, '').trim();
}
