import { documentedExports } from './documented-exports.mjs';
import { fileIntroduction } from './file-introduction.mjs';

const house = { rules: { 'documented-exports': documentedExports, 'file-introduction': fileIntroduction } };

function syntax(selector, message) {
  return { selector, message };
}

const ARROW_AT_TOP = syntax(
  ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator[init.type=/^(ArrowFunction|Function)Expression$/]:not([id.typeAnnotation])',
  'Write a function at the top of a file as a declaration, `function name() {}`; arrows are for callbacks.',
);
const FORBIDDEN_SYNTAX = [
  syntax('ExportAllDeclaration', 'List the names: the public surface is read here.'),
  syntax('ExportDefaultDeclaration', 'Export by name; only configurations and plug-ins have a default export.'),
  syntax(
    'TSNonNullExpression:not([expression.type="MemberExpression"][expression.computed=true])',
    'Only an element of a typed array or a tuple may be asserted, inside a loop whose bounds show it: `values[i]!`.',
  ),
  syntax('TSEnumDeclaration', 'Write a union of string literals.'),
  ARROW_AT_TOP,
  syntax('ClassDeclaration[superClass]:not([superClass.name=/Error$/])', 'No base classes for reuse: pass functions.'),
];
const BUILT_IN_ERROR = '/^(Error|TypeError|RangeError|SyntaxError|ReferenceError|EvalError|URIError|AggregateError)$/';
const UNTYPED_ERRORS = ['NewExpression', 'CallExpression'].map((call) =>
  syntax(`${call}[callee.name=${BUILT_IN_ERROR}]`, "Throw the package's own error class with a code."),
);
const ENVIRONMENT = syntax(
  'MemberExpression[object.name="process"][property.name="env"]',
  'Libraries take options, not environment variables.',
);
const GLOBAL_STATE = syntax(
  'Program > VariableDeclaration[kind="let"], Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
  'No mutable state of a module.',
);

/** Every source and test of packages and apps. */
export const houseRules = {
  plugins: { house },
  rules: {
    'max-lines': ['error', { max: 400 }],
    'max-lines-per-function': ['error', { max: 60 }],
    'max-params': ['error', { max: 3 }],
    'no-restricted-syntax': ['error', ...FORBIDDEN_SYNTAX, ...UNTYPED_ERRORS],
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: ['error', 'always'],
    'house/documented-exports': 'error',
    'house/file-introduction': ['error', { from: 80 }],
    '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true }],
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
    '@typescript-eslint/explicit-module-boundary-types': 'error',
    '@typescript-eslint/no-explicit-any': 'error',
    '@typescript-eslint/no-floating-promises': 'error',
    // The house rule on `TSNonNullExpression` above takes its place.
    '@typescript-eslint/no-non-null-assertion': 'off',
    // A schema and the type derived from it have the same name.
    '@typescript-eslint/no-redeclare': 'off',
    'no-redeclare': 'off',
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    // An async function may keep a promise-shaped contract without waiting for anything.
    '@typescript-eslint/require-await': 'off',
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // Our objects are made of functions and have no `this`.
    '@typescript-eslint/unbound-method': 'off',
  },
};

/** The published packages, on top: they run in other people's programs. */
export const libraryRules = {
  rules: {
    'no-console': 'error',
    'no-restricted-syntax': ['error', ...FORBIDDEN_SYNTAX, ...UNTYPED_ERRORS, ENVIRONMENT, GLOBAL_STATE],
  },
};

/** `iou` has no error class and promises `RangeError`; so does `at()` for a missing element. */
export const rangeErrorRules = {
  rules: { 'no-restricted-syntax': ['error', ...FORBIDDEN_SYNTAX, ENVIRONMENT, GLOBAL_STATE] },
};

/** Tests may be long and throw what they like; a test function is a list of cases. */
export const testRules = {
  rules: {
    'max-lines-per-function': 'off',
    'max-params': 'off',
    'no-restricted-syntax': ['error', ARROW_AT_TOP],
    'no-console': 'off',
    'house/documented-exports': 'off',
    'house/file-introduction': 'off',
    '@typescript-eslint/explicit-module-boundary-types': 'off',
    // Parsed files and broken input are what tests are about.
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
    '@typescript-eslint/no-unsafe-argument': 'off',
    '@typescript-eslint/no-unsafe-call': 'off',
    '@typescript-eslint/no-unsafe-return': 'off',
  },
};

const NODE_GLOBALS = [
  'console',
  'process',
  'performance',
  'URL',
  'fetch',
  'setTimeout',
  'clearTimeout',
  'Buffer',
  'WebAssembly',
  'SharedArrayBuffer',
];

/** Scripts of the workspace: plain JavaScript with the same budgets. */
export const scriptRules = {
  languageOptions: { globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])) },
  rules: {
    'max-lines': ['error', { max: 250 }],
    'max-lines-per-function': ['error', { max: 60 }],
    'max-params': ['error', { max: 3 }],
    'no-restricted-syntax': ['error', ARROW_AT_TOP],
    'prefer-const': 'error',
    eqeqeq: ['error', 'always'],
  },
};
