/** Owns where tests take the parser's WASM files from. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');

export function readParserWasm(fileName: string): Promise<Uint8Array> {
  return readFile(path.join(folder, fileName));
}
