// The vocabulary of the LaTeX lexer: which command or sign is which token.
// The set follows what the reference's grammar accepts, because what fails to parse there falls back to other candidates.

const entries = new Map<string, readonly [type: string, text: string]>();
function define(type: string, names: string, text?: string): void {
  for (const name of names.split(' ')) entries.set(name, [type, text ?? name.replace(/^\\/, '')]);
}

define('skip', '\\thinspace \\medspace \\thickspace \\quad \\qquad \\negthinspace \\negmedspace \\negthickspace');
define('skip', '\\vrule \\vcenter \\vbox \\vskip \\vspace \\hfil');
define('/', '\\over \\div', '/');
define('*', '\\times \\cdot', '*');
define('mod', '\\mod');
define('(', '\\lgroup', '\\lgroup');
define(')', '\\rgroup', '\\lgroup');
define('(', '\\lbrace', '\\lbrace');
define(')', '\\rbrace', '\\lbrace');
define('(', '\\lbrack', '\\lbrack');
define(')', '\\rbrack', '\\lbrack');
define('wrapper', '\\phantom \\boxed');
define('pair', '\\lvert', 'abs');
define('pairEnd', '\\rvert', 'abs');
define('bar', '\\vert', '\\vert');
define('pair', '\\lfloor \\llcorner', 'floor');
define('pairEnd', '\\rfloor \\lrcorner', 'floor');
define('pair', '\\lceil \\ulcorner', 'ceil');
define('pairEnd', '\\rceil \\urcorner', 'ceil');
define('lim', '\\lim');
define('to', '\\to \\rightarrow \\Rightarrow \\longrightarrow \\Longrightarrow');
define('int', '\\int');
define('bigOperator', '\\sum \\prod');
define('func', '\\log \\ln \\exp \\sin \\cos \\tan \\csc \\sec \\cot \\arcsin \\arccos \\arctan \\arccsc \\arcsec \\arccot');
define('func', '\\sinh \\cosh \\tanh \\arsinh \\arcosh \\artanh \\arcsinh \\arccosh \\arctanh \\floor \\ceil \\det');
define('gamma', '\\Gamma \\gamma');
define('multi', '\\gcd \\lcm \\max \\min');
define('sqrt', '\\sqrt');
define('frac', '\\frac \\dfrac \\tfrac \\cfrac');
define('binom', '\\binom \\tbinom \\dbinom');
define('choose', '\\choose');
define('operatorname', '\\operatorname');
define('begin', '\\begin');
define('end', '\\end');
define('e', '\\exponentialE');
define('relation', '\\equiv', '=');
define('assign', '=', '=');
define('approx', '\\approx', '~');
define('relation', '\\lt', '<');
define('relation', '\\le \\leq \\leqslant', '<=');
define('relation', '\\gt', '>');
define('relation', '\\ge \\geq \\geqslant', '>=');
define('relation', '\\ne \\neq', '!=');
define('in', '\\in');
define('notin', '\\notin');
define('partial', '\\partial');
define('infinity', '\\infty');
define('set', '\\emptyset \\varnothing', 'empty');
define('setop', '\\cup', 'union');
define('setop', '\\cap', 'intersection');
define('setop', '\\setminus', 'minus');
define('inclusion', '\\subseteq', 'subset');
define('inclusion', '\\supseteq', 'superset');
define('pm', '\\pm \\mp');
define('variable', '\\variable');
define('ellipsis', '\\ldots \\dots \\cdots \\dotsc');
define(
  'other',
  '\\Bbbk \\wp \\nabla \\bigstar \\angle \\nexists \\diagdown \\measuredangle \\eth \\diagup \\sphericalangle \\clubsuit \\Diamond ' +
    '\\complement \\diamondsuit \\imath \\Finv \\triangledown \\heartsuit \\jmath \\Game \\triangle \\spadesuit \\ell \\hbar \\vartriangle \\hslash ' +
    '\\blacklozenge \\lozenge \\blacksquare \\mho \\blacktriangle \\sharp \\prime \\Im \\flat \\square \\backprime \\Re \\natural \\surd \\circledS',
);
define(
  'greek',
  '\\alpha \\beta \\delta \\Delta \\epsilon \\varepsilon \\zeta \\eta \\theta \\Theta \\vartheta \\iota \\kappa \\lambda \\Lambda \\mu \\nu \\xi \\Xi ' +
    '\\omicron \\pi \\Pi \\varpi \\rho \\varrho \\sigma \\Sigma \\varsigma \\tau \\upsilon \\Upsilon \\phi \\Phi \\varphi \\chi \\psi \\Psi \\omega \\Omega',
);
define(
  'accent',
  '\\acute \\bar \\overline \\breve \\check \\widecheck \\dot \\ddot \\grave \\hat \\tilde \\widetilde \\vec \\overrightarrow \\bm \\boldsymbol \\text ' +
    '\\textit \\textbf \\textnormal \\mathbb \\mathbin \\mathbf \\mathcal \\mathclap \\mathclose \\mathellipsis \\mathfrak \\mathinner \\mathit ' +
    '\\mathnormal \\mathop \\mathopen \\mathord \\mathpunct \\mathrel \\mathring \\mathrlap \\mathrm \\mathscr \\mathsf \\mathsterling \\mathtt \\mbox',
);

const signs = new Map<string, readonly [type: string, text: string]>();
function sign(type: string, characters: string, text: string): void {
  for (const character of characters) signs.set(character, [type, text]);
}
sign('+', '+∔⊕⊞', '+');
sign('-', '-−∸', '-');
sign('*', '*×⋅⋄⊡∗⋆∘∙⊗⊠⋈⋉⋊', '*');
sign('/', '/÷∕', '/');
sign('/', ':', ':');
sign('approx', '≈≊≋≃≅', '~');
sign('assign', '=≡≣≟≎≏≐≑≒≓≔≕≖≗', '=');
sign('relation', '<≪≺⋖', '<');
sign('relation', '≤≦≲≾', '<=');
sign('relation', '>≫≻⋗', '>');
sign('relation', '≥≧≳≿', '>=');
sign('relation', '≠≁≄≇≉≢', '!=');
sign('setop', '∪', 'union');
sign('setop', '∩', 'intersection');
sign('setop', '∖', 'minus');
sign('inclusion', '⊆', 'subset');
sign('inclusion', '⊇', 'superset');
sign('notin', '∉', 'notin');
sign('pm', '±∓', 'pm');
sign('set', '∅', 'empty');
sign('infinity', '∞', 'infty');
sign('degree', '°', 'degree');
sign('ellipsis', '…', 'ldots');
for (const [character, name] of ['ℕN', 'ℤZ', 'ℚQ', 'ℝR', 'ℂC', 'ℙP'].map((pair) => [...pair] as [string, string]))
  sign('set', character, name);
for (const character of 'ℵℶℷℸ') sign('other', character, character);
for (const character of '(),;[]{}|^_&!') signs.set(character, [character === '|' ? 'bar' : character, character]);

const greekLetters =
  'α:alpha β:beta δ:delta Δ:delta ε:epsilon ϵ:varepsilon ζ:zeta η:eta θ:theta Θ:theta ϑ:vartheta ι:iota κ:kappa λ:lambda Λ:lambda μ:mu ν:nu ξ:xi Ξ:xi ' +
  'ο:omicron π:pi Π:pi ϖ:varpi ρ:rho ϱ:varrho σ:sigma Σ:sigma ς:varsigma τ:tau υ:upsilon Υ:upsilon φ:phi Φ:phi ϕ:varphi χ:chi ψ:psi Ψ:psi ω:omega Ω:omega';
for (const pair of greekLetters.split(' ')) signs.set(pair.slice(0, 1), ['greek', pair.slice(2)]);
sign('gamma', 'γΓ', 'gamma');

/** Length of the longest known command, backslash included. */
export const LONGEST_COMMAND = Math.max(...[...entries.keys()].map((name) => name.length));

/** Token type and canonical text of a whole command such as `\frac`. */
export function lookUpCommand(command: string): readonly [type: string, text: string] | undefined {
  return entries.get(command);
}

/** Token type and canonical text of a single character. */
export function lookUpSign(character: string): readonly [type: string, text: string] | undefined {
  return signs.get(character);
}
