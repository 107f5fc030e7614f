/** Owns the lowering of parameter lists. */
import type { Param, ParamKind, Target } from '../program/program';
import { field, spanOf, textOf } from '../syntax/nodes';
import type { SyntaxNode } from '../syntax/treeSitter';
import { lowerExpr } from './expressions';
import { type Lowering, parts } from './lowering';
import { lowerTarget } from './targets';

export function lowerParameters(c: Lowering, list: SyntaxNode | undefined): readonly Param[] {
  if (list === undefined) return [];
  const params: Param[] = [];
  let plain: ParamKind = 'positional';
  for (const node of list.children) {
    if (node.type === 'comment') describeLast(c, params, node);
    else if (node.type === 'keyword_separator') plain = 'keywordOnly';
    else if (node.type === 'positional_separator') {
      for (const [i, param] of params.entries()) params[i] = { ...param, kind: 'positionalOnly' };
    } else if (node.named && !node.broken) {
      const param = lowerParameter(c, node, plain);
      if (param.kind === 'varPositional') plain = 'keywordOnly';
      params.push(param);
    }
  }
  return params;
}

/** `y_true,  # (B, C)`: a comment behind an unannotated parameter often gives its shape. */
function describeLast(c: Lowering, params: Param[], comment: SyntaxNode): void {
  const last = params.at(-1);
  if (last === undefined || last.annotationText !== null || c.text.slice(last.span.end, comment.start).includes('\n')) return;
  params[params.length - 1] = { ...last, annotationText: textOf(c, comment).replace(/^#\s*/, '') };
}

const SPLATS: Readonly<Record<string, ParamKind>> = { list_splat_pattern: 'varPositional', dictionary_splat_pattern: 'varKeyword' };

function lowerParameter(c: Lowering, node: SyntaxNode, plain: ParamKind): Param {
  const inner = field(node, 'name') ?? (node.type === 'typed_parameter' ? parts(node)[0] : node) ?? node;
  const splat = SPLATS[inner.type];
  const named = splat === undefined ? inner : (parts(inner)[0] ?? inner);
  const value = field(node, 'value');
  const type = field(node, 'type');
  const pattern: Target | null = named.type === 'tuple_pattern' ? lowerTarget(c, named) : null;
  return {
    name: pattern === null ? textOf(c, named) : '',
    kind: splat ?? plain,
    default: value === undefined ? null : lowerExpr(c, value),
    annotation: type === undefined ? null : lowerExpr(c, type),
    annotationText: type === undefined ? null : textOf(c, type),
    pattern,
    span: spanOf(c, node),
  };
}
