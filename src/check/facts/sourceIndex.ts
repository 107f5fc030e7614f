/** Owns the way from a place in the source back to the expression that stands there, and to its text. */
import { contains, type Span, spanKey } from '../../base/span';
import type { CallExpr, Module, Stmt } from '../../program/program';
import { type ProgramNode, walk } from '../../program/walk';

const INDEXES = new WeakMap<Stmt, ReadonlyMap<string, ProgramNode>>();

/** A module's statement around a place; expressions and augmented assignments in it by span, built once. */
function indexAt(module: Module, span: Span): ReadonlyMap<string, ProgramNode> {
  const statement = module.body.find((each) => contains(each.span, span));
  return statement === undefined ? NO_NODES : (INDEXES.get(statement) ?? indexOf(statement));
}

const NO_NODES: ReadonlyMap<string, ProgramNode> = new Map();

function indexOf(statement: Stmt): ReadonlyMap<string, ProgramNode> {
  const index = new Map<string, ProgramNode>();
  walk([statement], (node) => {
    // Outer nodes come first; an expression statement has the span of its expression, which is what is wanted.
    if (node.kind !== 'expression') index.set(spanKey(node.span), node);
    return undefined;
  });
  INDEXES.set(statement, index);
  return index;
}

export class SourceIndex {
  private readWhole = false;

  constructor(
    private readonly modules: Readonly<Record<string, Module>>,
    private readonly entry: string,
    private readonly entryText: string,
  ) {}

  at(span: Span | null): ProgramNode | undefined {
    const module = span === null ? undefined : this.modules[span.document];
    return span === null || module === undefined ? undefined : indexAt(module, span).get(spanKey(span));
  }

  /** The calls of the entry around a place, the place's own included. */
  callsAround(span: Span): readonly CallExpr[] {
    return this.nodesAround(span).filter((node) => node.kind === 'call');
  }

  /** What stands around a place, outer nodes first. */
  nodesAround(span: Span): readonly ProgramNode[] {
    const module = this.modules[span.document];
    if (module === undefined) return [];
    return [...indexAt(module, span).values()].filter((node) => node.span.start <= span.start && span.end <= node.span.end);
  }

  /** The source that a span covers; '…' for another document, whose text is not at hand. */
  text(span: Span): string {
    return span.document === this.entry ? this.entryText.slice(span.start, span.end) : '…';
  }

  /** The text of the entry's line before a place. */
  lineBefore({ start }: Span): string {
    return this.entryText.slice(this.entryText.lastIndexOf('\n', start - 1) + 1, start);
  }

  /** The entry's whole text. What reads it depends on every edit: see `wasReadWhole`. */
  get whole(): string {
    this.readWhole = true;
    return this.entryText;
  }

  /** Whether `whole` was read while `made` was made. */
  wasReadWhole<R>(make: () => R): { readonly made: R; readonly whole: boolean } {
    const before = this.readWhole;
    this.readWhole = false;
    const made = make();
    const whole = this.readWhole;
    this.readWhole = before || whole;
    return { made, whole };
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
