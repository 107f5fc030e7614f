/** Owns how a loss's assumption is written: in the CodeLens, in hovers, and as the sample-batch comment itself. */
import type { Assumed, CheckedInput, CheckedLoss } from '../check/result';
import { shapeText } from '../shape/shapeText';

const SOURCES: Readonly<Record<Assumed, string>> = {
  comment: 'from comment',
  model: 'from the model',
  annotation: 'from annotation',
  inferred: 'inferred',
  default: 'assumed',
  option: 'from --shapes',
};

/** `y_true (B, 10) onehot, y_pred (B, 10) softmax`. */
export function inputsText({ inputs }: Pick<CheckedLoss, 'inputs'>): string {
  return inputs.map(inputText).join(', ');
}

/** Normal numbers and float32 go without saying. */
function inputText({ name, type, content }: CheckedInput): string {
  const dtype = type.dtype === 'float32' || content.startsWith('labels') ? '' : ` ${type.dtype}`;
  return `${name} ${shapeText(type.shape)}${dtype}${content === 'normal' ? '' : ` ${content}`}`;
}

export function lensText(loss: CheckedLoss): string {
  const returns = loss.returns === null ? 'not known' : shapeText(loss.returns.shape);
  return `${inputsText(loss)} (${SOURCES[loss.assumed]}) → ${returns}`;
}

/** The sample-batch comment that says what is now assumed, without its marker. */
export function directiveText(loss: CheckedLoss): string {
  const sizes = Object.entries({ ...(hasBatch(loss) ? { B: 8 } : {}), ...loss.sizes }).map(([name, size]) => `${name}=${size}`);
  return `loss-lab: ${inputsText(loss)}; ${[...sizes, `seed=${loss.seed}`].join(', ')}`;
}

function hasBatch({ inputs }: CheckedLoss): boolean {
  return inputs.some(({ type }) => type.shape.some((dim) => typeof dim !== 'number' && dim.text === 'B'));
}
