/** Owns the lowering of parameter lists. */
import type { Param } from '../program/program';
import { field, spanOf, textOf } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import { type Lowering, parts } from './lowering';
import { lowerTarget, withDefault } from './targets';

export function lowerParameters(c: Lowering, node: SyntaxNode): readonly Param[] {
  const single = field(node, 'parameter');
  if (single !== undefined) return [lowerParameter(c, single)];
  const list = field(node, 'parameters');
  // TypeScript's `this` parameter is a type only.
  const given = list === undefined ? [] : parts(list).filter((each) => !each.broken && field(each, 'pattern')?.type !== 'this');
  return given.map((each) => lowerParameter(c, each));
}

function lowerParameter(c: Lowering, node: SyntaxNode): Param {
  const pattern = field(node, 'pattern') ?? node;
  const value = field(node, 'value');
  const type = field(node, 'type');
  const rest = pattern.type === 'rest_pattern' ? (parts(pattern)[0] ?? pattern) : undefined;
  const { target, initial } = withDefault(c, rest ?? pattern);
  return {
    name: target.kind === 'name' ? target.name : '',
    kind: rest === undefined ? 'positional' : 'varPositional',
    default: value === undefined ? (initial ?? optionalDefault(c, node)) : lowerExpr(c, value),
    annotation: null,
    annotationText: type === undefined ? null : textOf(c, type).replace(/^:\s*/, ''),
    pattern: target.kind === 'name' ? null : lowerTarget(c, rest ?? (initial === null ? pattern : (field(pattern, 'left') ?? pattern))),
    span: spanOf(c, node),
  };
}

/** `weights?: tf.Tensor` need not be given. */
function optionalDefault(c: Lowering, node: SyntaxNode): Param['default'] {
  return node.type === 'optional_parameter' ? { kind: 'none', span: spanOf(c, node) } : null;
}
