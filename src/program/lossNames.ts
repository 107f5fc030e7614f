/** Owns what makes two parameters a pair of truth and prediction, and which names sound like losses and metrics; names in snake_case. */
import type { Param } from './program';

const TRUTH =
  /^_*(y|ground_?truths?|truth|true|actual|target|label|y_?true|y_?t|y_?real|y_?gt|y_?act(ual)?|y_?target|y_?label|gt)s?_*$|(true|target|label|truth|_gt)s?(_\w+)?$|^(true|target|label|gt)s?_/i;
const PREDICTION =
  /^_*(p|y_?p|y_?hat|y_?out(put)?|pred(iction|icted)?|output|logit|prob|proba|y_?pre?d?)s?_*$|(pred|predict|predicted|prediction|logit|prob)s?(_\w+)?$|_hats?$|^(pred|predict|predicted|prediction|logit)s?_|_p$/i;
const UNMISTAKABLE = /^_*(y_?true|y_?pred|y_?hat|target|label|pred|prediction|logit|ground_?truth)s?_*$/i;
const LOSS_NAME =
  /loss|cost|error|entropy|divergence|distance|penalty|objective|criterion|dice|iou|tversky|jaccard|focal|nll|likelihood|elbo|mse|mae|huber|hinge|ssim|psnr/i;

/** `named`: both names say what they are. `placed`: two parameters at the front that must be given, all others have defaults. */
export type PairKind = 'named' | 'placed' | 'none';

/** `params` without `self`. */
export function pairKind(params: readonly Param[]): PairKind {
  const positional = params.filter((param) => param.kind === 'positional' || param.kind === 'positionalOnly');
  const [first, second, ...others] = positional;
  if (first === undefined || second === undefined || first.default !== null || second.default !== null) return 'none';
  const needed = [...others, ...params.filter((param) => param.kind === 'keywordOnly')].filter((param) => param.default === null);
  if (needed.length > 0) return 'none';
  return isNamedPair(first.name, second.name) ? 'named' : 'placed';
}

/** Either order counts: which one is the truth is Keras's convention, not the names'. */
function isNamedPair(first: string, second: string): boolean {
  const forwards = TRUTH.test(first) && PREDICTION.test(second);
  const backwards = UNMISTAKABLE.test(first) && UNMISTAKABLE.test(second);
  return (forwards || backwards) && first !== second;
}

const METRIC_NAME =
  /(^|_)(acc|accuracy|precision|recall|f1|f1score|fbeta|f_?score|sensitivity|specificity|auc|tp|tn|fp|fn|(true|false)_(positive|negative)s?|confusion|metrics?|rmse|r2|r_squared|psnr|coef|coefficient|score|rounded|hard)(_|\d|$)/i;

export function soundsLikeMetric(name: string): boolean {
  return METRIC_NAME.test(name) && !/loss|cost|entropy/i.test(name);
}

export function soundsLikeLoss(name: string): boolean {
  return LOSS_NAME.test(name);
}
