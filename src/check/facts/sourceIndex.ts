/** Owns the way from a place in the source back to the expression that stands there, and to its text. */
import { type Span, spanKey } from '../../base/span';
import type { CallExpr, Module } from '../../program/program';
import { type ProgramNode, walk } from '../../program/walk';

const INDEXES = new WeakMap<Module, ReadonlyMap<string, ProgramNode>>();

/** Expressions and augmented assignments by span; built once for each module. */
function indexOf(module: Module): ReadonlyMap<string, ProgramNode> {
  const known = INDEXES.get(module);
  if (known) return known;
  const index = new Map<string, ProgramNode>();
  walk(module.body, (node) => {
    // Outer nodes come first; an expression statement has the span of its expression, which is what is wanted.
    if (node.kind !== 'expression') index.set(spanKey(node.span), node);
    return undefined;
  });
  INDEXES.set(module, index);
  return index;
}

export class SourceIndex {
  constructor(
    private readonly modules: Readonly<Record<string, Module>>,
    private readonly entry: string,
    private readonly entryText: string,
  ) {}

  at(span: Span | null): ProgramNode | undefined {
    const module = span === null ? undefined : this.modules[span.document];
    return span === null || module === undefined ? undefined : indexOf(module).get(spanKey(span));
  }

  /** The calls of the entry around a place, the place's own included. */
  callsAround(span: Span): readonly CallExpr[] {
    return this.nodesAround(span).filter((node) => node.kind === 'call');
  }

  /** What stands around a place, outer nodes first. */
  nodesAround(span: Span): readonly ProgramNode[] {
    const module = this.modules[span.document];
    if (module === undefined) return [];
    return [...indexOf(module).values()].filter((node) => node.span.start <= span.start && span.end <= node.span.end);
  }

  /** The source that a span covers; '…' for another document, whose text is not at hand. */
  text(span: Span): string {
    return span.document === this.entry ? this.entryText.slice(span.start, span.end) : '…';
  }

  /** The entry's whole text. */
  get whole(): string {
    return this.entryText;
  }

  isEntry(span: Span): boolean {
    return span.document === this.entry;
  }

  get entryModule(): Module | undefined {
    return this.modules[this.entry];
  }
}

/** What was called or which operator was used: the last name of a callee, an operator, `[]` for an index. */
export function spelling(node: ProgramNode | undefined): string {
  switch (node?.kind) {
    case 'call':
      return node.callee.kind === 'attribute' || node.callee.kind === 'name' ? node.callee.name : '';
    case 'binary':
    case 'augment':
    case 'unary':
      return node.op;
    case 'compare':
      return node.rest[0]?.op ?? '';
    case 'index':
      return '[]';
    default:
      return '';
  }
}

const LONGEST = 60;

/** The text in one line, shortened. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
