/** Owns the Python front end's one entry: source text to program. */

import { directivesAmong } from '../program/directives';
import type { Module } from '../program/program';
import { commentAt } from '../syntax/comments';
import { loadSyntaxParser, type ReadWasm, type SyntaxParser } from '../syntax/treeSitter';
import { withoutConsequences } from './indentation';
import type { Lowering } from './lowering';
import { recover } from './recovery';
import { lowerBlock } from './statements';

export interface PythonParser {
  /** Never throws: what is not understood becomes an unknown, syntax errors are listed in the module. */
  parse(text: string, document: string): Module;
}

export async function loadPythonParser(options: { readonly readWasm: ReadWasm }): Promise<PythonParser> {
  const syntax = await loadSyntaxParser('python', options.readWasm);
  return { parse: (text, document) => parsePython(syntax, text, document) };
}

function parsePython(syntax: SyntaxParser, text: string, document: string): Module {
  const { tree, masked, problems } = syntax.isBroken(text)
    ? recover(syntax, text, document)
    : { tree: syntax.parse(text), masked: new Map(), problems: [] };
  const directives = directivesAmong(text, (offset) => commentAt(document, tree, offset));
  const c: Lowering = { document, text, problems: [...problems], masked, depth: 0, yields: false };
  const body = lowerBlock(c, tree);
  const syntaxProblems = withoutConsequences(c.problems.sort((a, b) => a.span.start - b.span.start));
  return { document, language: 'python', body, directives, syntaxProblems };
}
