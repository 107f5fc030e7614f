/** Holds the folder table of the design (who may import whom) against the imports that are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const src = path.resolve(__dirname, '../../src');

const below = [
  'base',
  'shape',
  'graph',
  'program',
  'value',
  'keras',
  'api',
  'trace',
  'batch',
  'export',
  'syntax',
  'python',
  'javascript',
] as const;

/** Per folder: the folders whose modules it may import. Its own are always allowed. */
const table: Readonly<Record<string, readonly string[]>> = {
  base: [],
  shape: ['base'],
  program: ['base'],
  batch: ['base', 'shape'],
  graph: ['base', 'shape'],
  export: ['base', 'shape', 'graph'],
  // The parser library, shared by the two front ends: the design's table has it inside each of them.
  syntax: ['base'],
  python: ['base', 'program', 'syntax'],
  javascript: ['base', 'program', 'syntax'],
  value: ['base', 'shape', 'graph', 'program'],
  keras: ['base', 'shape', 'graph', 'value'],
  // `value` hands on the program's operators and spans, so an API entry may name their types.
  api: ['base', 'shape', 'graph', 'program', 'value', 'keras'],
  trace: ['base', 'shape', 'graph', 'program', 'value', 'keras', 'api'],
  check: below,
  run: ['base', 'shape', 'graph', 'batch', 'program', 'value', 'keras', 'api', 'trace', 'export', 'check'],
  // What command line and editor share: parsers and modules as files, sample batches, the request of a run.
  workspace: [...below, 'check', 'run'],
  editor: ['workspace', 'check', 'run', 'shape', 'base', 'panel'],
  panel: ['workspace', 'check', 'run', 'shape', 'base'],
  webview: ['base', 'shape', 'panel', 'run'],
  // The command line's own parts; cli.ts is its entry.
  cli: [...below, 'check', 'run', 'workspace'],
  'cli.ts': [...below, 'check', 'run', 'workspace', 'cli'],
  // Starts a bundle; takes nothing of ours.
  'startCached.ts': [],
  'extension.ts': ['editor', 'panel', 'workspace', 'check', 'run', 'shape', 'base'],
};

/** Within the folders that a folder may import: the only modules it may take. */
const onlyModules: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  webview: { panel: ['protocol'], run: ['protocol'] },
};

const withVscode = ['editor', 'panel', 'extension.ts'];
const withNode = ['startCached.ts', 'run', 'workspace', 'cli', 'cli.ts', 'editor', 'panel', 'extension.ts'];
const withParser = ['syntax', 'python', 'javascript'];
const withTfjs = ['run'];
const withChildProcess = ['run'];

interface Import {
  readonly file: string;
  readonly area: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const imports = listImports();

function listImports(): readonly Import[] {
  const files = existsSync(src) ? readdirSync(src, { recursive: true, encoding: 'utf8' }) : [];
  return files.filter((name) => name.endsWith('.ts')).flatMap((name) => importsOf(name.replaceAll('\\', '/')));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(path.join(src, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const area = areaOf(file);
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[\w$*{}\s,]+?\s+from\s+)?['"]([^'"]+)['"]/gm);
  const calls = text.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]/g);
  return [
    ...Array.from(statements, (match) => ({ file, area, specifier: match[2] ?? '', typeOnly: match[1] !== undefined })),
    ...Array.from(calls, (match) => ({ file, area, specifier: match[1] ?? '', typeOnly: false })),
  ];
}

/** The folder below src, or the file's own name where it lies in src itself. */
function areaOf(file: string): string {
  return file.split('/')[0] ?? file;
}

/** The module below src that a relative import means. */
function target(each: Import): string | undefined {
  if (!each.specifier.startsWith('.')) return undefined;
  return path.posix.join(path.posix.dirname(each.file), each.specifier);
}

function offenders(isOffence: (each: Import) => boolean): readonly string[] {
  return imports.filter(isOffence).map((each) => `${each.file} imports ${each.specifier}`);
}

describe('the import table', () => {
  it('names every folder of src', () => {
    expect([...new Set(imports.map((each) => each.area))].filter((area) => !(area in table))).toEqual([]);
  });

  it('is kept by every relative import', () => {
    const isOffence = (each: Import): boolean => {
      const module = target(each);
      // The manifest tells the version.
      if (module === undefined || module === '../package.json') return false;
      const area = areaOf(module);
      if (area === each.area) return false;
      if (!(table[each.area] ?? []).includes(area)) return true;
      const only = onlyModules[each.area]?.[area];
      return only !== undefined && !only.includes(module.slice(area.length + 1).replace(/\.(js|ts)$/, ''));
    };
    expect(offenders(isOffence)).toEqual([]);
  });

  it('keeps vscode in the editor side', () => {
    expect(offenders((each) => each.specifier === 'vscode' && !withVscode.includes(each.area))).toEqual([]);
  });

  it('keeps Node out of what is to run in a web worker', () => {
    const builtin = /^(node:|(fs|path|os|child_process|util|url|module|worker_threads)(\/|$))/;
    expect(offenders((each) => builtin.test(each.specifier) && !withNode.includes(each.area))).toEqual([]);
  });

  it('keeps processes and tfjs in src/run', () => {
    expect(offenders((each) => each.specifier === 'node:child_process' && !withChildProcess.includes(each.area))).toEqual([]);
    const isTfjs = (each: Import): boolean => each.specifier.startsWith('@tensorflow/');
    // Primitives state their kernels beside their shape rules, so the graph knows tfjs's types, and only those.
    const mayName = (each: Import): boolean => withTfjs.includes(each.area) || (each.typeOnly && each.area === 'graph');
    expect(offenders((each) => isTfjs(each) && !mayName(each))).toEqual([]);
  });

  it("imports none of tfjs-node's types, which an installation may lack", () => {
    expect(offenders((each) => each.specifier.startsWith('@tensorflow/tfjs-node') && each.typeOnly)).toEqual([]);
  });

  it('keeps the parser library in one place', () => {
    expect(offenders((each) => each.specifier.startsWith('@vscode/tree-sitter') && !withParser.includes(each.area))).toEqual([]);
  });
});
