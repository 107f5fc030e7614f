/** Owns `loss-lab:` comments: reading them, and which loss one belongs to. Their text is batch's to parse. */
import { contains, type Span } from '../base/span';
import type { LossCandidate } from './candidate';
import type { Block, ClassDefinition, DirectiveComment, FunctionDefinition, Module, Stmt } from './program';
import { blocksOf, childrenOf, walk } from './walk';

const MARKER = /^(?:#+|\/\/+|\/\*+)\s*loss-lab:\s*([\s\S]*?)\s*(?:\*\/)?$/i;
/** White space and further comments, as long as no line is empty. */
const TO_CODE = /(?:[ \t]*(?:\r\n|\n|\r)?[ \t]*(?:#[^\r\n]*|\/\/[^\r\n]*))*[ \t]*(?:\r\n|\n|\r)?[ \t]*/y;

/** Those of a text's comments that speak to Loss Lab. `commentAt`: the comment that an offset lies in. */
export function directivesAmong(text: string, commentAt: (offset: number) => Span | undefined): readonly DirectiveComment[] {
  let before = -1;
  return [...text.matchAll(/loss-lab:/gi)].flatMap(({ index }) => {
    const span = commentAt(index);
    if (span === undefined || span.start === before) return [];
    before = span.start;
    const match = MARKER.exec(text.slice(span.start, span.end).trimEnd());
    if (match === null) return [];
    const lineStart = Math.max(text.lastIndexOf('\n', span.start - 1), text.lastIndexOf('\r', span.start - 1)) + 1;
    const ownLine = text.slice(lineStart, span.start).trim() === '';
    return [{ text: match[1] ?? '', span, ownLine, codeStart: ownLine ? nextCode(text, span.end) : null }];
  });
}

function nextCode(text: string, from: number): number | null {
  TO_CODE.lastIndex = from;
  const match = TO_CODE.exec(text);
  const offset = from + (match?.[0].length ?? 0);
  const next = text.charAt(offset);
  return next === '' || next === '\n' || next === '\r' ? null : offset;
}

type Definition = FunctionDefinition | ClassDefinition;

/** The comments directly above a loss (above its decorators too), or first in its body. */
export function directivesFor(module: Module, candidate: LossCandidate): readonly DirectiveComment[] {
  if (module.directives.length === 0) return [];
  const definition = candidate.value === null ? candidate.owners.at(-1) : undefined;
  const own = definition === undefined ? atStatement(module, candidate.span) : directivesOf(module, definition);
  if (own.length > 0 || candidate.computes === null || candidate.computes === definition) return own;
  return directivesOf(module, candidate.computes);
}

export function directivesOf(module: Module, definition: Definition): readonly DirectiveComment[] {
  if (module.directives.length === 0) return [];
  const start = definition.decorators.reduce((least, decorator) => Math.min(least, decorator.span.start), definition.span.start);
  // The statement begins at `@`, `export` or `const`, before what the definition's span holds.
  const statement = statementAround(module.body, definition.span);
  const from = Math.min(start, statement?.span.start ?? start);
  const bodyStarts = firstStatements(definition);
  return module.directives.filter(({ codeStart, span }) => {
    if (codeStart === undefined || codeStart === null) return false;
    const above = codeStart <= definition.span.start && codeStart >= from - '@ '.length && span.end <= from;
    return above || bodyStarts.some((bodyStart) => bodyStart === codeStart);
  });
}

/** Starts of the first statement of a body, and of the one behind its docstring. */
function firstStatements(definition: Definition): readonly number[] {
  const [first, second] = definition.body;
  const starts = first === undefined ? [] : [startOf(first)];
  if (definition.docstring !== null && second !== undefined) starts.push(startOf(second));
  return starts;
}

function startOf(statement: Stmt): number {
  return statement.span.start;
}

function atStatement(module: Module, span: Span): readonly DirectiveComment[] {
  const statement = statementAround(module.body, span);
  return statement === undefined ? [] : module.directives.filter((directive) => directive.codeStart === statement.span.start);
}

/** The innermost statement that holds the span; function bodies inside expressions are looked into. */
function statementAround(block: Block, span: Span): Stmt | undefined {
  const statement = block.find((each) => contains(each.span, span));
  if (statement === undefined) return undefined;
  for (const inner of [...blocksOf(statement), ...bodiesIn(statement)]) {
    const found = statementAround(inner, span);
    if (found !== undefined) return found;
  }
  return statement;
}

function bodiesIn(statement: Stmt): readonly Block[] {
  if (statement.kind === 'function' || statement.kind === 'class') return [statement.definition.body];
  const bodies: Block[] = [];
  walk(childrenOf(statement), (node) => {
    if (node.kind !== 'function' && node.kind !== 'class') return undefined;
    bodies.push(node.definition.body);
    return false;
  });
  return bodies;
}
