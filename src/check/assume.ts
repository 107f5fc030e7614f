/** Owns what is assumed about a loss's inputs, and where the assumption comes from. */
import { type Content, contentText } from '../batch/content';
import { type Directive, type DirectiveInput, isDirectiveError, parseDirective } from '../batch/directive';
import type { LossCandidate } from '../program/candidate';
import { BATCH, symbol } from '../shape/dim';
import type { KerasVersion } from '../value/api';
import type { AnalyzeOptions } from './analyze';
import type { FileContext } from './checkLoss';
import { directiveOf } from './directives';
import type { Assumed, CheckedInput, CheckedLoss } from './result';

export type Assumption = Pick<
  CheckedLoss,
  'inputs' | 'assumed' | 'assumedBecause' | 'keras' | 'kerasBecause' | 'settings' | 'seed' | 'sizes' | 'batchFile'
> & {
  /** What inputs are known to hold, by role. */
  readonly contents: ReadonlyMap<string, Content>;
  /** It is known that Keras calls this loss. */
  readonly fitted: boolean;
};

const ROLES = ['y_true', 'y_pred'] as const;
const NOTHING: Directive = { inputs: [], sizes: {}, seed: null, keras: null, settings: {}, batchFile: null, ignore: [] };

export function assume(candidate: LossCandidate, file: FileContext): Assumption {
  const { options, module, lines, source, surroundings } = file;
  const comment = directiveOf(candidate, module, lines);
  const option = options.shapes == null ? null : statedShapes(options.shapes);
  const directive = comment ?? NOTHING;
  const stated = option?.inputs ?? directive.inputs;
  const [assumed, assumedBecause]: readonly [Assumed, string] =
    option !== null ? ['option', '--shapes'] : directive.inputs.length > 0 ? ['comment', 'the comment above it'] : ['inferred', 'its operations'];
  const { sizes, settings, batchFile } = directive;
  const inputs = inputsOf(candidate, stated);
  return {
    inputs,
    assumed,
    assumedBecause,
    ...kerasOf(source.whole, options.keras, directive),
    settings,
    seed: directive.seed ?? 0,
    sizes,
    batchFile,
    contents: new Map(inputs.flatMap(({ role, name }) => statedContent(stated, role, name))),
    fitted: (options.keras === 2 || options.keras === 3) || surroundings.compilesOf(candidate).length > 0,
  };
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
  text: string,
  chosen: AnalyzeOptions['keras'],
  directive: Directive | null,
): { readonly keras: KerasVersion; readonly kerasBecause: string } {
  if (chosen !== 'auto') return { keras: chosen, kerasBecause: '--keras' };
  if (directive?.keras != null) return { keras: directive.keras, kerasBecause: 'the comment above it' };
  if (/\bkeras\.ops\b|from\s+keras\s+import\s+ops\b/.test(text)) return { keras: 3, kerasBecause: 'the file uses keras.ops' };
  if (/^\s*(import|from)\s+(tf_keras|tensorflow_addons)\b/m.test(text)) return { keras: 2, kerasBecause: 'the file imports a library of Keras 2' };
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
