/** Owns the loading of the parsers that the given files need; their WASM files stand beside the bundle. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import v8 from 'node:v8';
import type { Language } from '../program/program';
import type { Parse } from './fileModules';

export async function loadParsers(languages: ReadonlySet<Language>): Promise<Partial<Record<Language, Parse>>> {
  // V8's optimising compile of the grammars would keep the process alive for 50 ms after the work is done.
  v8.setFlagsFromString('--liftoff-only');
  const readWasm = (name: string): Promise<Uint8Array> => readFile(path.join(__dirname, name));
  const parsers: Partial<Record<Language, Parse>> = {};
  if (languages.has('python')) {
    const { loadPythonParser } = await import('../python/parser');
    const parser = await loadPythonParser({ readWasm });
    parsers.python = (text, document) => parser.parse(text, document);
  }
  return parsers;
}
