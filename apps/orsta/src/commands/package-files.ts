/**
 * The files that every package of `orsta new` has: the manifest, the settings of the compiler, what git leaves out. Such a package needs TypeScript and
 * vitest, and nothing of this workspace.
 */

/** What differs in the manifests. */
export interface PackageManifest {
  /** As in npm, with its scope. */
  readonly name: string;
  readonly description: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  /** Beside TypeScript and vitest. */
  readonly devDependencies: Readonly<Record<string, string>>;
  /** Packages whose global types the code sees. */
  readonly types?: readonly string[];
}

/** Path within the package to text. */
export function packageFiles(given: PackageManifest): Readonly<Record<string, string>> {
  return {
    'package.json': json(manifest(given)),
    'tsconfig.json': json(typecheck(given)),
    'tsconfig.build.json': json(BUILD),
    '.gitignore': 'node_modules/\ndist/\n',
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function manifest({ name, description, dependencies, peerDependencies, devDependencies }: PackageManifest): Record<string, unknown> {
  return {
    name,
    version: '0.1.0',
    description,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
    main: './dist/index.js',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    files: ['dist'],
    scripts: { build: 'tsc -p tsconfig.build.json', typecheck: 'tsc', test: 'vitest run', prepack: 'npm run build' },
    ...(dependencies === undefined ? {} : { dependencies }),
    peerDependencies,
    devDependencies: { ...devDependencies, typescript: '^5.9.3', vitest: '^4.1.12' },
  };
}

function typecheck({ types = [] }: PackageManifest): Record<string, unknown> {
  return {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023'],
      module: 'NodeNext',
      types,
      strict: true,
      noEmit: true,
      verbatimModuleSyntax: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    },
    include: ['src'],
  };
}

const BUILD = {
  extends: './tsconfig.json',
  compilerOptions: {
    noEmit: false,
    declaration: true,
    outDir: 'dist',
    rootDir: 'src',
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: true,
  },
  exclude: ['src/**/*.test.ts'],
};
