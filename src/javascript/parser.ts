/** Owns the TypeScript and JavaScript front end's one entry: source text to program. */

import { directivesAmong } from '../program/directives';
import type { Module } from '../program/program';
import { commentAt } from '../syntax/comments';
import { loadSyntaxParser, type ReadWasm, type SyntaxParser } from '../syntax/treeSitter';
import type { Lowering } from './lowering';
import { recover } from './recovery';
import { lowerBlock } from './statements';

export interface JavascriptParser {
  /** Never throws: what is not understood becomes an unknown, syntax errors are listed in the module. The document's ending tells JSX from plain TypeScript. */
  parse(text: string, document: string): Module;
}

/** `<T>value` is a type in one grammar and an element in the other. */
export interface Grammars {
  readonly typescript: SyntaxParser;
  readonly tsx: SyntaxParser;
}

export async function loadGrammars({ readWasm }: { readonly readWasm: ReadWasm }): Promise<Grammars> {
  const [typescript, tsx] = await Promise.all([loadSyntaxParser('typescript', readWasm), loadSyntaxParser('tsx', readWasm)]);
  return { typescript, tsx };
}

export async function loadJavascriptParser(options: { readonly readWasm: ReadWasm }): Promise<JavascriptParser> {
  const grammars = await loadGrammars(options);
  return { parse: (text, document) => parseJavascript(grammarOf(grammars, document), text, document) };
}

export function grammarOf(grammars: Grammars, document: string): SyntaxParser {
  return /\.[cm]?ts$/i.test(document) ? grammars.typescript : grammars.tsx;
}

function parseJavascript(syntax: SyntaxParser, text: string, document: string): Module {
  const root = syntax.parse(text);
  const directives = directivesAmong(text, (offset) => commentAt(document, root, offset));
  const { tree, masked, problems } = root.broken ? recover(syntax, text, document) : { tree: root, masked: new Map(), problems: [] };
  const c: Lowering = { document, text, problems: [...problems], masked, depth: 0, yields: false };
  const body = lowerBlock(c, tree);
  const syntaxProblems = c.problems.sort((a, b) => a.span.start - b.span.start);
  return { document, language: 'javascript', body, directives, syntaxProblems };
}
