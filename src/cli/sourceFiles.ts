/** Owns which files the command line looks at: what was named, and the sources below named folders. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './options';

const SOURCES: ReadonlySet<string> = new Set(['.py', '.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx']);
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'venv', 'env', '__pycache__', 'site-packages', 'dist', 'build']);

/** Files in order, each once. Named files are taken whatever their name. */
export function sourceFiles(paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const named of paths) {
    const facts = statSync(named, { throwIfNoEntry: false });
    if (facts === undefined) throw new UsageError(`${named} does not exist`);
    if (facts.isDirectory()) for (const file of below(named)) found.add(file);
    else found.add(named);
  }
  return [...found];
}

function* below(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* below(full);
    else if (entry.isFile() && SOURCES.has(path.extname(entry.name)) && !entry.name.endsWith('.d.ts')) yield full;
  }
}
