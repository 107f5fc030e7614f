/** Owns the lowering of call arguments and of a class's bases. */
import type { Argument } from '../program/program';
import { field, spanOf, textOf } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { inField, lowerExpr, only } from './expressions';
import { type Lowering, parts } from './lowering';

/** An `argument_list`, or the bare generator of `sum(x for x in y)`. */
export function lowerArguments(c: Lowering, list: SyntaxNode | undefined): readonly Argument[] {
  if (list === undefined) return [];
  if (list.type !== 'argument_list') return [{ value: lowerExpr(c, list), span: spanOf(c, list) }];
  return parts(list).map((node) => lowerArgument(c, node));
}

function lowerArgument(c: Lowering, node: SyntaxNode): Argument {
  const span = spanOf(c, node);
  if (node.type === 'list_splat') return { value: only(c, node), spread: 'positional', span };
  if (node.type === 'dictionary_splat') return { value: only(c, node), spread: 'keywords', span };
  const name = node.type === 'keyword_argument' ? field(node, 'name') : undefined;
  if (name === undefined) return { value: lowerExpr(c, node), span };
  return { value: inField(c, node, 'value'), name: textOf(c, name), span };
}
