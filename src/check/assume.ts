/** Owns what is assumed about a loss's inputs, and where the assumption comes from. */
import type { LineIndex } from '../base/span';
import { contentText } from '../batch/content';
import { type Directive, type DirectiveInput, isDirectiveError, parseDirective } from '../batch/directive';
import type { LossCandidate } from '../program/candidate';
import type { Module } from '../program/program';
import { BATCH, symbol } from '../shape/dim';
import type { KerasVersion } from '../value/api';
import type { AnalyzeOptions } from './analyze';
import { directiveOf } from './directives';
import type { CheckedInput, CheckedLoss } from './result';

export type Assumption = Pick<
  CheckedLoss,
  'inputs' | 'assumed' | 'assumedBecause' | 'keras' | 'kerasBecause' | 'settings' | 'seed' | 'sizes' | 'batchFile'
>;

export interface Source {
  readonly module: Module;
  readonly lines: LineIndex;
}

const ROLES = ['y_true', 'y_pred'] as const;
const NOTHING: Directive = { inputs: [], sizes: {}, seed: null, keras: null, settings: {}, batchFile: null, ignore: [] };

export function assume(candidate: LossCandidate, source: Source, options: AnalyzeOptions): Assumption {
  const comment = directiveOf(candidate, source.module, source.lines);
  const option = options.shapes == null ? null : statedShapes(options.shapes);
  const directive = comment ?? NOTHING;
  const stated = option?.inputs ?? directive.inputs;
  const [assumed, assumedBecause] =
    option !== null
      ? (['option', '--shapes'] as const)
      : directive.inputs.length > 0
        ? (['comment', 'the comment above it'] as const)
        : (['default', 'nothing says otherwise'] as const);
  const { sizes, settings, batchFile } = directive;
  return {
    inputs: inputsOf(candidate, stated),
    assumed,
    assumedBecause,
    ...kerasOf(source.lines.text, options.keras, directive),
    settings,
    seed: directive.seed ?? 0,
    sizes,
    batchFile,
  };
}

/** The pair, stated or not, then what else is stated. */
function inputsOf(candidate: LossCandidate, stated: readonly DirectiveInput[]): readonly CheckedInput[] {
  const names = ROLES.map((role, i) => candidate.params[i]?.name || role);
  const pair = ROLES.map((role, i) => {
    const name = names[i] ?? role;
    return checkedInput(role, name, stated.find((input) => input.name === role) ?? stated.find((input) => input.name === name));
  });
  const others = stated.filter(({ name }) => !ROLES.some((role) => role === name) && !names.includes(name));
  return [...pair, ...others.map((input) => checkedInput(input.name, input.name, input))];
}

function checkedInput(role: string, name: string, stated: DirectiveInput | undefined): CheckedInput {
  const content = stated?.content ?? { kind: 'normal' as const };
  const dtype = stated?.dtype ?? (content.kind === 'labels' ? 'int32' : 'float32');
  return { role, name, type: { shape: stated?.shape ?? [BATCH, symbol('C')], dtype }, content: contentText(content) };
}

function kerasOf(
  text: string,
  chosen: AnalyzeOptions['keras'],
  directive: Directive,
): { readonly keras: KerasVersion; readonly kerasBecause: string } {
  if (chosen !== 'auto') return { keras: chosen, kerasBecause: '--keras' };
  if (directive.keras !== null) return { keras: directive.keras, kerasBecause: 'the comment above it' };
  if (/\bkeras\.ops\b|from\s+keras\s+import\s+ops\b/.test(text)) return { keras: 3, kerasBecause: 'the file uses keras.ops' };
  return { keras: 3, kerasBecause: 'nothing says otherwise' };
}

/** `--shapes`: the leading size that all inputs share is the batch. Null where it cannot be read. */
export function statedShapes(shapes: string): Directive | null {
  const directive = parseDirective(shapes);
  if (isDirectiveError(directive)) return null;
  const [first] = directive.inputs.map(({ shape }) => shape[0]);
  const shared = directive.inputs.length > 1 && typeof first === 'number' && directive.inputs.every(({ shape }) => shape[0] === first);
  if (!shared) return directive;
  return { ...directive, inputs: directive.inputs.map((input) => ({ ...input, shape: [BATCH, ...input.shape.slice(1)] })) };
}
