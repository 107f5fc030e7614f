/** Owns the sample-batch comment's grammar: `y_true (B, 10) onehot, y_pred (B, 10) softmax; B=32, seed=7, T=2.0, keras=3`. */
import { remembered } from '../base/remembered';
import { BATCH, type Dim } from '../shape/dim';
import { type DType, dtypeNamed } from '../shape/dtype';
import { type Content, readContent, startsContent } from './content';
import { dimList } from './dims';
import { type Literal, literal } from './literals';
import { DOTTED, GrammarError, Scanner, WORD } from './scanner';
import { BATCH_DTYPES } from './tensorData';

export interface DirectiveInput {
  /** As the source calls it; `self.` and `this.` stand for attributes. */
  readonly name: string;
  readonly shape: readonly Dim[];
  /** Null: not stated. */
  readonly dtype: DType | null;
  readonly content: Content | null;
}

export type StatedKeras = 2 | 3 | 'none';

export interface Directive {
  readonly inputs: readonly DirectiveInput[];
  /** Sizes of symbols. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly seed: number | null;
  readonly keras: StatedKeras | null;
  /** Hyperparameters. */
  readonly settings: Readonly<Record<string, Literal>>;
  /** `batch from FILE`. */
  readonly batchFile: string | null;
  /** `ignore[code, …]`; `*` for `ignore` alone. */
  readonly ignore: readonly string[];
  /** `ignore-file[code, …]`: in the whole file. */
  readonly wholeFile?: boolean;
}

/** `start` and `end` are offsets in the comment's text. */
export interface DirectiveError {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export function isDirectiveError(result: Directive | DirectiveError): result is DirectiveError {
  return 'message' in result;
}

const NOTHING: Directive = { inputs: [], sizes: {}, seed: null, keras: null, settings: {}, batchFile: null, ignore: [] };

const MOST_REMEMBERED = 200;

/** Never throws. Comments are read anew with every edit, and mostly say what they said. */
export const parseDirective = remembered(MOST_REMEMBERED, (text: string): Directive | DirectiveError => {
  const scanner = new Scanner(text);
  try {
    return readDirective(scanner);
  } catch (error) {
    if (error instanceof GrammarError) return { message: error.message, start: error.start, end: error.end };
    throw error;
  }
});

/** Several comment lines over one loss say one thing together; later ones win. */
export function mergeDirectives(directives: readonly Directive[]): Directive {
  return directives.reduce(
    (all, each) => ({
      inputs: [...all.inputs.filter((input) => !each.inputs.some(({ name }) => name === input.name)), ...each.inputs],
      sizes: { ...all.sizes, ...each.sizes },
      seed: each.seed ?? all.seed,
      keras: each.keras ?? all.keras,
      settings: { ...all.settings, ...each.settings },
      batchFile: each.batchFile ?? all.batchFile,
      ignore: [...all.ignore, ...each.ignore],
    }),
    NOTHING,
  );
}

const IGNORE = /ignore\b/y;
const IGNORE_FILE = /ignore-file\b/y;
const BATCH_FROM = /batch\s+from\b/y;
const FILE = /"[^"]*"|'[^']*'|[^;\s]+(?: +[^;\s]+)*/y;
const ASSIGNMENT = /[A-Za-z_][\w.]*\s*=(?!=)/y;

function readDirective(scanner: Scanner): Directive {
  if (scanner.take(IGNORE_FILE) !== undefined) return { ...NOTHING, ignore: readIgnored(scanner), wholeFile: true };
  if (scanner.take(IGNORE) !== undefined) return { ...NOTHING, ignore: readIgnored(scanner) };
  if (scanner.take(BATCH_FROM) !== undefined) {
    const file = scanner.take(FILE);
    if (file === undefined) return scanner.fail("expected a file's path after 'batch from'");
    return { ...NOTHING, ...readOptions(scanner, []), batchFile: file.replace(/^(["'])(.*)\1$/, '$2') };
  }
  const inputs = readInputs(scanner);
  return { ...NOTHING, inputs, ...withRowCount(inputs, readOptions(scanner, inputs)) };
}

function readIgnored(scanner: Scanner): readonly string[] {
  if (!scanner.takeToken('[')) return ['*'];
  const codes: string[] = [];
  while (!scanner.takeToken(']')) {
    const code = scanner.take(/[\w-]+/y);
    if (code === undefined) return scanner.fail('expected the code of a finding, as in ignore[axis-out-of-range]');
    codes.push(code);
    if (!scanner.takeToken(',') && !scanner.peek(']')) scanner.fail("expected ',' or ']' between codes");
  }
  return codes;
}

function readInputs(scanner: Scanner): readonly DirectiveInput[] {
  const inputs: DirectiveInput[] = [];
  // A comment may consist of options only: `; B=32` or `T=2.0, keras=2`.
  while (!scanner.atEnd() && !scanner.peek(';') && !atAssignment(scanner)) {
    const input = readInput(scanner);
    if (inputs.some(({ name }) => name === input.name)) scanner.fail(`${input.name} is stated twice`);
    inputs.push(input);
    if (!scanner.takeToken(',') && !scanner.peek(';') && !scanner.atEnd())
      scanner.fail("expected ',' before the next input or ';' before options");
  }
  return inputs;
}

function atAssignment(scanner: Scanner): boolean {
  const from = scanner.position;
  const found = scanner.take(ASSIGNMENT) !== undefined;
  scanner.position = from;
  return found;
}

function readInput(scanner: Scanner): DirectiveInput {
  const name = scanner.take(DOTTED);
  if (name === undefined) return scanner.fail("expected an input's name, as in y_true (B, 10) onehot");
  if (scanner.peek('[')) return rowsInput(name, readContent(scanner));
  if (!scanner.peek('(')) return scanner.fail(`expected the sizes of ${name}, as in ${name} (B, 10)`);
  const shape = dimList(scanner);
  const dtype = readDtype(scanner);
  return { name, shape, dtype, content: startsContent(scanner) ? readContent(scanner) : null };
}

/** `y_true [[0.1, 0.9], [1, 0]]` says its own sizes; the first is the batch. */
function rowsInput(name: string, content: Content): DirectiveInput {
  const sizes = content.kind === 'rows' ? content.shape : [];
  return { name, shape: sizes.map((size, i) => (i === 0 ? BATCH : size)), dtype: null, content };
}

function readDtype(scanner: Scanner): DType | null {
  const from = scanner.position;
  const word = scanner.take(WORD);
  const dtype = word === undefined ? undefined : dtypeNamed(word);
  if (dtype === undefined) scanner.position = from;
  else if (!BATCH_DTYPES.includes(dtype)) scanner.fail(`a batch cannot be of ${dtype}`, from);
  return dtype ?? null;
}

type Options = Pick<Directive, 'sizes' | 'seed' | 'keras' | 'settings'>;

function readOptions(scanner: Scanner, inputs: readonly DirectiveInput[]): Options {
  const sizes: Record<string, number> = {};
  const settings: Record<string, Literal> = {};
  let seed: number | null = null;
  let keras: StatedKeras | null = null;
  const symbols = new Set(['B', ...inputs.flatMap(({ shape, content }) => [...symbolsIn(shape), ...symbolsOfContent(content)])]);
  while (!scanner.atEnd()) {
    if (scanner.takeToken(';') || scanner.takeToken(',')) continue;
    const from = scanner.position;
    const name = scanner.take(DOTTED);
    if (name === undefined || !scanner.takeToken('=')) return scanner.fail('expected name=value, as in B=32 or seed=7');
    const value = literal(scanner);
    if (name === 'seed') seed = wholeNumber(scanner, name, value, 0, from);
    else if (name === 'keras') keras = kerasOf(scanner, value, from);
    else if (symbols.has(name)) sizes[name] = wholeNumber(scanner, name, value, 1, from);
    else settings[name] = value;
  }
  return { sizes, seed, keras, settings };
}

function wholeNumber(scanner: Scanner, name: string, value: Literal, least: number, from: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
  return scanner.fail(`${name} must be a whole number of at least ${least}`, from);
}

function kerasOf(scanner: Scanner, value: Literal, from: number): StatedKeras {
  if (value === 2 || value === 3 || value === 'none') return value;
  return value === null ? 'none' : scanner.fail('keras is 2, 3 or none', from);
}

/** Rows that are written out decide the size of the batch, unless it is stated. */
function withRowCount(inputs: readonly DirectiveInput[], options: Options): Options {
  if (options.sizes.B !== undefined) return options;
  for (const { content, shape } of inputs) {
    const [first] = shape;
    const rows = content?.kind === 'rows' ? content.shape[0] : undefined;
    if (rows !== undefined && first !== undefined && typeof first !== 'number' && first.text === BATCH.text) {
      return { ...options, sizes: { ...options.sizes, B: rows } };
    }
  }
  return options;
}

/** Names of the symbols in dims. */
export function symbolsIn(dims: readonly Dim[]): readonly string[] {
  return dims.flatMap((dim) =>
    typeof dim === 'number'
      ? []
      : dim.terms.flatMap((term) =>
          term.factors.flatMap((factor) => (factor.kind === 'symbol' ? [factor.name] : symbolsIn([factor.numerator, factor.denominator]))),
        ),
  );
}

export function symbolsOfContent(content: Content | null): readonly string[] {
  if (content?.kind === 'labels') return content.classes === null ? [] : symbolsIn([content.classes]);
  if (content?.kind !== 'concat') return [];
  return content.parts.flatMap((part) => [...symbolsIn([part.size]), ...symbolsOfContent(part.content)]);
}
