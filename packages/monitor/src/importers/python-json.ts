// Python's `json.dump` writes numbers that JSON does not have: trainer_state.json of a run that diverged holds `"grad_norm": NaN`.
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** JSON as Python writes it; NaN and infinities become null. Throws SyntaxError. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const plain = text.replace(TEXT_OR_NUMBER, (found) => (found.startsWith('"') ? found : 'null'));
    if (plain === text) throw error;
    return JSON.parse(plain) as unknown;
  }
}
