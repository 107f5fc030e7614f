/** Owns the loading of the parsers that the given files need; their WASM files stand beside the bundle. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Grammars } from '../javascript/parser';
import type { Language } from '../program/program';
import type { Parse } from './fileModules';

// Synchronous: nothing else is to be done meanwhile, and the thread pool takes longer than the read.
const readWasm = async (name: string): Promise<Uint8Array> => readFileSync(path.join(__dirname, name));

/** For losses that are run as themselves. */
export async function loadScriptGrammars(): Promise<Grammars> {
  const { loadGrammars } = await import('../javascript/parser');
  return loadGrammars({ readWasm });
}

export async function loadParsers(languages: ReadonlySet<Language>): Promise<Partial<Record<Language, Parse>>> {
  const parsers: Partial<Record<Language, Parse>> = {};
  if (languages.has('python')) {
    const { loadPythonParser } = await import('../python/parser');
    const parser = await loadPythonParser({ readWasm });
    parsers.python = (text, document) => parser.parse(text, document);
  }
  if (languages.has('javascript')) {
    const { loadJavascriptParser } = await import('../javascript/parser');
    const parser = await loadJavascriptParser({ readWasm });
    parsers.javascript = (text, document) => parser.parse(text, document);
  }
  return parsers;
}
