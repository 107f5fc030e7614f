/** Owns which places of a module tell a shape beside the code: names that a tensor is assigned to, and what a function returns. */
import { type Span, spanKey } from '../base/span';
import type { CheckedFile, ShapeNote } from '../check/result';
import type { Expr, Module, Stmt, Target } from '../program/program';
import { walk } from '../program/walk';
import type { TensorType } from '../shape/shape';

export interface AssignedShape {
  readonly kind: 'assignment' | 'return';
  /** The assigned name; the returned expression. */
  readonly span: Span;
  readonly types: readonly TensorType[];
}

export function assignedShapes(module: Module, file: CheckedFile): readonly AssignedShape[] {
  const notes = new Map(file.shapes.map((note) => [spanKey(note.span), note]));
  const found: AssignedShape[] = [];
  walk(module.body, (node) => {
    if (isStatement(node)) found.push(...placesOf(node, notes));
    return undefined;
  });
  return found;
}

type Notes = ReadonlyMap<string, ShapeNote>;

function isStatement(node: { readonly kind: string }): node is Extract<Stmt, { kind: 'assign' | 'augment' | 'return' }> {
  return node.kind === 'augment' || node.kind === 'return' || (node.kind === 'assign' && 'targets' in node);
}

function placesOf(statement: Extract<Stmt, { kind: 'assign' | 'augment' | 'return' }>, notes: Notes): readonly AssignedShape[] {
  const { value } = statement;
  if (value === null) return [];
  if (statement.kind === 'return') return place('return', value.span, notes.get(spanKey(value.span)));
  if (statement.kind === 'augment') return [];
  return statement.targets.flatMap((target) => targetPlaces(target, value, notes));
}

/** `a, b = x, y` is two assignments; what a call unpacks into has no expressions of its own. */
function targetPlaces(target: Target, value: Expr, notes: Notes): readonly AssignedShape[] {
  if (target.kind === 'name' || target.kind === 'attribute') return place('assignment', target.span, notes.get(spanKey(value.span)));
  if (target.kind !== 'pattern' || target.form !== 'sequence' || (value.kind !== 'tuple' && value.kind !== 'list')) return [];
  if (target.items.some(({ rest }) => rest)) return [];
  return target.items.flatMap((item, i) => {
    const part = value.items[i];
    return item.target === null || part === undefined ? [] : targetPlaces(item.target, part, notes);
  });
}

function place(kind: AssignedShape['kind'], span: Span, note: ShapeNote | undefined): readonly AssignedShape[] {
  return note === undefined ? [] : [{ kind, span, types: note.types }];
}
