/** What MEGA-Bench does to LaTeX before sympy reads it: bars, letters with macrons, Greek letters, and marks around formulas. */

const MACRON = '\u0304';
const GREEK =
  'α:alpha β:beta γ:gamma δ:delta ε:epsilon ζ:zeta η:eta θ:theta ι:iota κ:kappa λ:lambda μ:mu ν:nu ξ:xi ο:omicron π:pi ρ:rho σ:sigma τ:tau υ:upsilon φ:phi χ:chi ψ:psi ω:omega Α:Alpha Β:Beta Γ:Gamma Δ:Delta Ε:Epsilon Ζ:Zeta Η:Eta Θ:Theta Ι:Iota Κ:Kappa Λ:Lambda Μ:Mu Ν:Nu Ξ:Xi Ο:Omicron Π:Pi Ρ:Rho Σ:Sigma Τ:Tau Υ:Upsilon Φ:Phi Χ:Chi Ψ:Psi Ω:Omega';
const GREEK_COMMANDS: ReadonlyMap<string, string> = new Map(
  GREEK.split(' ').map((pair): [string, string] => [pair.slice(0, 1), `\\${pair.slice(2)} `]),
);

/** The text as `parse_latex` gets it. */
export function normalizeLatex(text: string): string {
  return macronsToOverlines(text.replaceAll('\\bar', '\\overline'))
    .replace(/\\overline\{([^}]*)\}_([^{}\\ ]*)/g, '\\overline{$1_$2}')
    .replace(/[α-ωΑ-Ω]/g, (letter) => GREEK_COMMANDS.get(letter) ?? letter)
    .replace(/\\(?:begin|end)\{.*?\}(?:\[[^[\]]*\])?/g, '')
    .replace(/\\\(|\\\)/g, '')
    .replace(/\\\[|\\\]/g, '');
}

function macronsToOverlines(text: string): string {
  const result: string[] = [];
  for (const character of text) {
    const [letter = '', mark] = character.normalize('NFD');
    if (/\p{L}/u.test(character)) result.push(mark === MACRON ? `\\overline{${letter}}` : character);
    else if (character === MACRON && result.length > 0) result.push(`\\overline{${result.pop() ?? ''}}`);
    else result.push(character);
  }
  return result.join('');
}
