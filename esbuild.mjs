/** The build: one bundle each for extension, command line, child process and panel, and the WASM files beside them in dist/. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Options that every bundle shares. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
};

const node = { ...shared, platform: 'node', format: 'cjs', target: 'node20' };

/** The editor's process and the command line must stay free of kernels: tfjs is 1 MB and lives in the child. */
const noKernels = {
  name: 'no-kernels',
  setup(build) {
    build.onResolve({ filter: /^@tensorflow\// }, (args) => ({
      errors: [{ text: `${args.path} may only be bundled into dist/child.js (imported by ${path.relative(root, args.importer)})` }],
    }));
  },
};

/** The parser library's one dynamic import is of a built-in module; a script with a code cache may not import dynamically (on Node 20). */
const builtinWithoutImport = {
  name: 'builtin-without-import',
  setup(build) {
    build.onLoad({ filter: /[\\/]tree-sitter\.js$/ }, ({ path: file }) => {
      const contents = readFileSync(file, 'utf8');
      const replaced = contents.replaceAll('await import("module")', 'process.getBuiltinModule("module")');
      return replaced === contents ? { errors: [{ text: `${file} no longer imports "module"` }] } : { contents: replaced };
    });
  },
};

/** Flags of V8 that a program sets before anything is compiled (a code cache holds for the same flags only). */
const V8_FLAGS = {
  // The optimising compile of the grammars would keep the process alive for 50 ms after the work is done.
  'cli.js': '--liftoff-only',
  'child.js': '',
};

/** dist/NAME becomes a starter (src/startCached.ts) of dist/NAME's own program, which it runs with V8's code cache. */
const startedCached = (name) => ({
  name: 'started-cached',
  setup(build) {
    build.onEnd(async ({ errors }) => {
      if (errors.length > 0) return;
      const program = programOf(name);
      const hash = createHash('sha256')
        .update(readFileSync(path.join(root, 'dist', program)))
        .digest('hex')
        .slice(0, 16);
      const define = { PROGRAM: JSON.stringify(program), BUILD: JSON.stringify(hash), FLAGS: JSON.stringify(V8_FLAGS[name]) };
      const banner = { js: '#!/usr/bin/env node' };
      await esbuild.build({
        ...node,
        minify: true,
        sourcemap: false,
        banner,
        define,
        entryPoints: ['src/startCached.ts'],
        outfile: `dist/${name}`,
      });
    });
  },
});

function programOf(name) {
  return name.replace('.js', '.main.js');
}

const bundles = [
  { ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'], plugins: [noKernels] },
  {
    ...node,
    // Less to read and to compile.
    minify: true,
    entryPoints: ['src/cli.ts'],
    outfile: `dist/${programOf('cli.js')}`,
    plugins: [noKernels, builtinWithoutImport, startedCached('cli.js')],
  },
  {
    ...node,
    minify: true,
    entryPoints: ['src/run/child.ts'],
    outfile: `dist/${programOf('child.js')}`,
    plugins: [startedCached('child.js')],
    // tfjs's "main" files are UMD bundles that cannot be tree-shaken; node-fetch is only reached by its file and http loaders.
    mainFields: ['module', 'main'],
    external: ['node-fetch', '@tensorflow/tfjs-node'],
  },
  {
    ...shared,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    entryPoints: ['src/webview/main.ts'],
    outfile: 'dist/webview.js',
    tsconfig: 'src/webview/tsconfig.json',
  },
];

/** WASM files that the bundles load by path at run time. */
function copyWasm() {
  const parser = path.join(path.dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
  const kernels = path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
  const files = [
    ...['tree-sitter', 'tree-sitter-python', 'tree-sitter-typescript', 'tree-sitter-tsx', 'tree-sitter-javascript'].map((name) =>
      path.join(parser, `${name}.wasm`),
    ),
    ...['tfjs-backend-wasm', 'tfjs-backend-wasm-simd'].map((name) => path.join(kernels, `${name}.wasm`)),
  ];
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  for (const file of files) {
    if (existsSync(file)) copyFileSync(file, path.join(root, 'dist', path.basename(file)));
  }
}

/** The child is started as a program, the command line by its name. */
function markExecutable() {
  const cli = path.join(root, 'dist/cli.js');
  if (existsSync(cli)) chmodSync(cli, 0o755);
}

copyWasm();
const present = bundles.filter((bundle) => existsSync(path.join(root, bundle.entryPoints[0])));
if (watch) {
  // The lines are what .vscode/tasks.json's problem matcher waits for.
  const report = {
    name: 'report',
    setup(build) {
      build.onStart(() => console.log('[watch] build started'));
      build.onEnd(() => console.log('[watch] build finished'));
    },
  };
  for (const bundle of present) {
    const context = await esbuild.context({ ...bundle, plugins: [...(bundle.plugins ?? []), report] });
    await context.watch();
  }
} else {
  // esbuild has printed its errors by itself.
  const results = await Promise.allSettled(present.map((bundle) => esbuild.build(bundle)));
  process.exitCode = results.every((result) => result.status === 'fulfilled') ? 0 : 1;
  markExecutable();
}
