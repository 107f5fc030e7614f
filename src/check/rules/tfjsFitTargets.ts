/** Owns the targets that fit of TensorFlow.js is given, where the source spells their shape: it must be the output's, whatever the loss. */
import { onlyValue } from '../../javascript/assigned';
import { findCompiles } from '../../javascript/compiles';
import { lastLayerOf } from '../../javascript/models';
import type { CompileCall } from '../../program/candidate';
import type { CallExpr, Expr, Module } from '../../program/program';
import { collect } from '../../program/walk';
import { shapeText } from '../../shape/shapeText';
import { dotted } from './body';
import type { Finding, Rule } from './rule';

export function checkFitTargets(module: Module): readonly Finding[] {
  const compiles = findCompiles(module);
  const [compile] = compiles;
  return compile === undefined || compiles.length > 1 ? [] : targetsOf(module, compile);
}

/** Of a model that is compiled once, by the same name. */
function targetsOf(module: Module, compile: CompileCall): readonly Finding[] {
  const { loss, model } = compile;
  if (loss === null || loss.kind === 'list' || loss.kind === 'dict' || /sparse/i.test(loss.kind === 'string' ? loss.value : dotted(loss)))
    return [];
  const layer = lastLayerOf(module, compile);
  if (layer?.kind !== 'dense' || layer.units === null) return [];
  const { units } = layer;
  return collect(module.body, 'call').flatMap((call): readonly Finding[] => {
    const targets = isFit(call) && dotted(call.callee) === `${dotted(model)}.${call.callee.name}` ? call.args[1]?.value : undefined;
    const width = targets === undefined ? undefined : widthOf(module, targets, 0);
    if (targets === undefined || width === undefined || width === units) return [];
    const instead = width === 1 && units > 1 ? " Give one-hot targets (tf.oneHot), or use the loss 'sparseCategoricalCrossentropy'." : '';
    return [
      {
        code: 'shape-mismatch',
        severity: 'error',
        message: `the targets have ${width} value${width === 1 ? '' : 's'} for each sample, and the model's last layer has ${units} unit${units === 1 ? '' : 's'}: fit throws, since TensorFlow.js needs targets of the output's shape, with a loss of your own as well.${instead}`,
        span: targets.span,
        related: [
          { message: 'the model ends here', span: layer.span },
          { message: 'it is compiled here', span: compile.span },
        ],
      },
    ];
  });
}

function isFit(call: CallExpr): call is CallExpr & { readonly callee: { readonly kind: 'attribute'; readonly name: string } } {
  return (
    call.callee.kind === 'attribute' &&
    /^(fit|evaluate|trainOnBatch)$/.test(call.callee.name) &&
    !call.args.some((arg) => arg.spread !== undefined)
  );
}

/** The last axis of what is surely a tensor of this shape; a vector counts as one column, as fit takes it. */
function widthOf(module: Module, expr: Expr, depth: number): number | undefined {
  if (expr.kind === 'name') {
    const value = onlyValue(module, expr);
    return value === undefined || depth >= 2 ? undefined : widthOf(module, value, depth + 1);
  }
  if (expr.kind !== 'call') return undefined;
  const made = dotted(expr.callee);
  const [first, second] = expr.args.map(({ value }) => value);
  if (/^tf\.(zeros|ones|randomNormal|randomUniform|truncatedNormal)$/.test(made)) return lastOf(first);
  if (made === 'tf.oneHot') return second?.kind === 'number' ? second.value : undefined;
  if (!/^tf\.tensor[12]?d?$/.test(made) || first === undefined) return undefined;
  if (second?.kind === 'list') return lastOf(second);
  return second === undefined ? columns(first) : undefined;
}

function lastOf(shape: Expr | undefined): number | undefined {
  if (shape?.kind !== 'list' || shape.items.some(({ kind }) => kind === 'spread')) return undefined;
  const last = shape.items.at(-1);
  return shape.items.length === 1 ? 1 : last?.kind === 'number' ? last.value : undefined;
}

/** `[0, 1, 2]`: one column; `[[0, 1], [1, 0]]`: two. */
function columns(values: Expr): number | undefined {
  if (values.kind !== 'list' || values.items.length === 0) return undefined;
  if (values.items.every(({ kind }) => kind === 'number')) return 1;
  const rows = values.items.map((row) => (row.kind === 'list' && row.items.every(({ kind }) => kind === 'number') ? row.items.length : -1));
  const [width = -1] = rows;
  return width > 0 && rows.every((row) => row === width) ? width : undefined;
}

/** Shapes that somebody stated for a loss that fit calls. A column of labels may be told to a loop of one's own as well, and stays. */
export const tfjsFittedShapes: Rule = {
  codes: ['shape-mismatch'],
  check({ candidate, outcome, stated, fitted, keras }) {
    const [targets, outputs] = [outcome.received.y_true?.shape, outcome.received.y_pred?.shape];
    if (!stated || !fitted || keras === 'none' || targets === undefined || outputs === undefined) return [];
    const [width, units] = [targets.at(-1), outputs.at(-1)];
    if (targets.length !== outputs.length || targets.length < 2 || typeof width !== 'number' || typeof units !== 'number') return [];
    if (width === 1 || width === units) return [];
    const message = `the targets are ${shapeText(targets)} and the predictions ${shapeText(outputs)}: fit of TensorFlow.js throws before it calls the loss, since it needs targets of the output's shape.`;
    return [{ code: 'shape-mismatch', severity: 'warning', message, span: candidate.nameSpan, needsShapes: true, onlyStated: true }];
  },
};
