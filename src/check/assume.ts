/** Owns what is assumed about a loss's inputs, and where the assumption comes from. */
import { type Content, contentText } from '../batch/content';
import { type Directive, type DirectiveInput, isDirectiveError, parseDirective } from '../batch/directive';
import type { LossCandidate } from '../program/candidate';
import { BATCH, symbol } from '../shape/dim';
import type { KerasVersion } from '../value/api';
import type { AnalyzeOptions } from './analyze';
import { givenArguments } from './assumptions/givenArguments';
import { kerasStyle } from './assumptions/kerasStyle';
import { type Use, useOf } from './assumptions/use';
import type { FileContext } from './checkLoss';
import { directiveOf } from './directives';
import type { Assumed, CheckedInput, CheckedLoss } from './result';

export type Assumption = Pick<
  CheckedLoss,
  'inputs' | 'assumed' | 'assumedBecause' | 'keras' | 'kerasBecause' | 'settings' | 'seed' | 'sizes' | 'batchFile'
> & {
  /** What inputs are known to hold, by role. */
  readonly contents: ReadonlyMap<string, Content>;
  readonly use: Use;
  /** The version of Keras was asked for. */
  readonly asked: boolean;
  /** Keras hands inputs to a metric otherwise than to a loss. */
  readonly contract: 'loss' | 'metric';
};

const ROLES = ['y_true', 'y_pred'] as const;
const NOTHING: Directive = { inputs: [], sizes: {}, seed: null, keras: null, settings: {}, batchFile: null, ignore: [] };

export function assume(candidate: LossCandidate, file: FileContext): Assumption {
  const { options, module, lines, surroundings } = file;
  const comment = directiveOf(candidate, module, lines);
  const option = options.shapes == null ? null : statedShapes(options.shapes);
  const directive = comment ?? NOTHING;
  const stated = option?.inputs ?? directive.inputs;
  const [assumed, assumedBecause]: readonly [Assumed, string] =
    option !== null
      ? ['option', '--shapes']
      : directive.inputs.length > 0
        ? ['comment', 'the comment above it']
        : ['inferred', 'its operations'];
  const { sizes, settings, batchFile } = directive;
  const inputs = inputsOf(candidate, stated);
  return {
    inputs,
    assumed,
    assumedBecause,
    ...kerasOf(file, directive),
    settings: { ...givenArguments(candidate, module), ...settings },
    seed: directive.seed ?? 0,
    sizes,
    batchFile,
    contents: new Map(inputs.flatMap(({ role, name }) => statedContent(stated, role, name))),
    use: useOf(candidate, surroundings, options, askedKeras(options, directive)),
    asked: askedKeras(options, directive) !== null,
    contract: surroundings.compilesOf(candidate).length === 0 && surroundings.measuresOf(candidate).length > 0 ? 'metric' : 'loss',
  };
}

function askedKeras(options: AnalyzeOptions, directive: Directive): KerasVersion | null {
  return options.keras === 'auto' ? directive.keras : options.keras;
}

function statedContent(stated: readonly DirectiveInput[], role: string, name: string): readonly (readonly [string, Content])[] {
  const content = stated.find((input) => input.name === role || input.name === name)?.content;
  return content == null ? [] : [[role, content]];
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

/** Which Keras, and why. */
export function kerasOf(
  file: Pick<FileContext, 'module' | 'source' | 'options'>,
  directive: Directive | null,
): { readonly keras: KerasVersion; readonly kerasBecause: string } {
  const chosen = file.options.keras;
  if (chosen !== 'auto') return { keras: chosen, kerasBecause: '--keras' };
  if (directive?.keras != null) return { keras: directive.keras, kerasBecause: 'the comment above it' };
  if (file.module.language === 'javascript') return { keras: 'none', kerasBecause: 'TensorFlow.js: the loss as it is called' };
  const { keras, because } = kerasStyle(file.module, file.source.whole);
  return { keras, kerasBecause: because };
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
