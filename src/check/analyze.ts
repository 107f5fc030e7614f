/** Owns the one entry of checking: source text to losses, shapes and findings. Synchronous; never throws. */
import type { Problem, Severity } from '../base/problem';
import { contains, LineIndex, type Span, sameSpan, spanKey } from '../base/span';
import { findLosses as findJavascriptLosses, lookUp as lookUpJavascript } from '../javascript/find';
import type { LossCandidate } from '../program/candidate';
import { lazyClosureOf, type ModuleHost } from '../program/modules';
import type { Language, Module } from '../program/program';
import { findLosses } from '../python/find';
import { mentionsFramework } from '../python/framework';
import { lookUp } from '../python/lookUp';
import { sameShape, type TensorType } from '../shape/shape';
import type { TraceOutcome } from '../trace/outcome';
import type { KerasVersion } from '../value/api';
import { kerasOf } from './assume';
import { surveyOf } from './assumptions/model';
import { checkLoss, type FileContext, type LossCheck, traceName } from './checkLoss';
import { returnedExplanation, returnedPlaces } from './explain';
import { SourceIndex } from './facts/sourceIndex';
import { problemOf } from './problems';
import type { CheckedFile, ShapeNote } from './result';
import { checkCompiles } from './rules/compileCalls';
import { checkOutputs } from './rules/compileOutputs';
import type { Finding } from './rules/rule';
import { checkTfjsCalls } from './rules/tfjsCalls';
import { checkCustomGrads } from './rules/tfjsCustomGrad';
import { checkFitTargets } from './rules/tfjsFitTargets';
import { checkMinimize } from './rules/tfjsMinimize';
import { checkTraining } from './rules/tfjsTraining';
import { withoutIgnored } from './suppression';
import { surroundingsOf } from './surroundings';

export { traceName };

export interface AnalyzeOptions {
  readonly keras: 'auto' | KerasVersion;
  /** `--shapes`: types for every loss. */
  readonly shapes?: string | null;
  /** Look at this loss only; null: at all. */
  readonly only?: string | null;
  /** Severity by code, where it is not the usual one; `off` silences a code. */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>;
  readonly cancelled?: () => boolean;
}

export interface AnalyzeInput {
  readonly document: string;
  readonly text: string;
  readonly language: Language;
  readonly parsers: Partial<Readonly<Record<Language, (text: string, document: string) => Module>>>;
  readonly host?: ModuleHost;
  readonly options: AnalyzeOptions;
}

interface Finder {
  readonly all: (module: Module, lines: LineIndex) => readonly LossCandidate[];
  readonly named: (module: Module, lines: LineIndex, name: string) => LossCandidate | undefined;
}

const FINDERS: Readonly<Record<Language, Finder>> = {
  python: { all: findLosses, named: lookUp },
  javascript: { all: findJavascriptLosses, named: lookUpJavascript },
};

const NO_MODULES: ModuleHost = { resolve: () => undefined };

export function analyze({ document, text, language, parsers, host = NO_MODULES, options }: AnalyzeInput): CheckedFile {
  const parse = parsers[language];
  if (parse === undefined || !mentionsFramework(text)) return { document, language, losses: [], shapes: [], problems: [] };
  const module = parse(text, document);
  const lines = new LineIndex(text);
  const closure = lazyClosureOf(module, host);
  const candidates = candidatesOf(language, module, lines, options);
  const file: FileContext = {
    module,
    lines,
    closure,
    source: new SourceIndex(closure.modules, closure.entry, text),
    surroundings: surroundingsOf(module, candidates),
    options,
  };
  const checked = candidates.map((candidate) => checkLoss(candidate, file));
  const compiled = compileFindings(file, checked);
  const found = [
    ...syntaxProblemsOf(module, candidates),
    ...withoutExplained(
      checked.flatMap(({ problems }) => problems),
      compiled,
    ),
    ...compiled.map((finding) => problemOf(finding, null)),
  ];
  return {
    document,
    language,
    losses: checked.map(({ loss }) => loss),
    shapes: mergeShapes(
      checked.flatMap(({ outcome }) => outcome.shapes),
      explanations(candidates, checked),
    ),
    problems: withSeverities(withoutIgnored(withoutDoubles(found), module, lines), options.severities ?? {}),
  };
}

function candidatesOf(
  language: Language,
  module: Module,
  lines: LineIndex,
  { only = null, shapes }: AnalyzeOptions,
): readonly LossCandidate[] {
  if (only === null) {
    const found = FINDERS[language].all(module, lines);
    return found.length === 0 && shapes != null ? functionsAtTop(language, module, lines) : found;
  }
  const found = FINDERS[language].named(module, lines, only);
  return found === undefined ? [] : [found];
}

/** Shapes are stated for what does not look like a loss (it uses NumPy only): functions of two arguments that are named like one. */
function functionsAtTop(language: Language, module: Module, lines: LineIndex): readonly LossCandidate[] {
  return module.body.flatMap((statement) => {
    const arrow = statement.kind === 'assign' && statement.value?.kind === 'function' ? statement.value : undefined;
    const definition = statement.kind === 'function' ? statement.definition : language === 'javascript' ? arrow?.definition : undefined;
    const [target] = statement.kind === 'assign' ? statement.targets : [];
    const name = target?.kind === 'name' ? target.name : (definition?.name ?? '');
    if (definition === undefined || definition.params.length < 2 || !/loss|cost|error/i.test(name)) return [];
    return FINDERS[language].named(module, lines, name) ?? [];
  });
}

/** As `--loss` takes them. */
export function lossNames(module: Module, lines: LineIndex): readonly string[] {
  return FINDERS[module.language].all(module, lines).map(({ name }) => name);
}

function compileFindings(file: FileContext, checked: readonly LossCheck[]): readonly Finding[] {
  if (file.module.language === 'javascript') return tfjsFindings(file, checked);
  const { keras } = kerasOf(file, null);
  const { compiles } = file.surroundings;
  const models = compiles.some(({ loss }) => loss !== null) ? surveyOf(file, keras).models : [];
  const outputs = compiles.flatMap((compile) => {
    // Of a call that compiles one of several models it is not known which.
    const [model, ...others] = models.filter(({ span }) => sameSpan(span, compile.span));
    return model === undefined || others.length > 0 ? [] : checkOutputs(compile, model, keras, file.surroundings.resolved);
  });
  const given = checkCompiles({ module: file.module, keras, text: (span) => file.source.text(span) });
  return [...given, ...outputs];
}

/** What a finding about compile() is the cause of is not said of the loss as well. */
function withoutExplained(problems: readonly Problem[], findings: readonly Finding[]): readonly Problem[] {
  return problems.filter(
    ({ code, span }) => !findings.some(({ explains }) => explains?.codes.test(code) === true && contains(explains.within, span)),
  );
}

function tfjsFindings({ module, source }: FileContext, checked: readonly LossCheck[]): readonly Finding[] {
  const losses = checked.map(({ loss }) => loss);
  const text = (span: Span): string => source.text(span);
  return [
    ...checkTfjsCalls(module),
    ...checkMinimize(module, losses, text),
    ...checkTraining(module, text),
    ...checkCustomGrads(module),
    ...checkFitTargets(module),
  ];
}

/** Of JavaScript, those in a loss: others are the language's own tools' to tell, who know JSX and dialects better. */
function syntaxProblemsOf(module: Module, candidates: readonly LossCandidate[]): readonly Problem[] {
  const told =
    module.language === 'python'
      ? module.syntaxProblems
      : module.syntaxProblems.filter(({ span }) => candidates.some((each) => each.span.start <= span.end && span.start <= each.span.end));
  return told.map(syntaxProblem);
}

function syntaxProblem({ message, span }: Module['syntaxProblems'][number]): Problem {
  return { code: 'syntax-error', severity: 'error', message, span, loss: null, related: [], fixes: [] };
}

/** A helper that two losses call is at fault once; so is an old name that a file for an old TensorFlow uses rightly. */
function withoutDoubles(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, span, severity, message }) => {
    const old = severity === 'info' && /^(tf1-name|unknown-name|keras-backend-gone)$/.test(code);
    const key = `${code}@${old ? message.replace(/^.*?: /, '') : spanKey(span)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function withSeverities(problems: readonly Problem[], chosen: Readonly<Record<string, Severity | 'off'>>): readonly Problem[] {
  return problems.flatMap((problem) => {
    const severity = chosen[problem.code] ?? problem.severity;
    return severity === 'off' ? [] : [{ ...problem, severity }];
  });
}

/** What Keras does with the value of each returned expression, by place. */
function explanations(candidates: readonly LossCandidate[], checked: readonly LossCheck[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  checked.forEach(({ loss }, i) => {
    const candidate = candidates[i];
    const text = loss.returns === null || candidate?.metric !== false ? undefined : returnedExplanation(loss.returns.shape, loss.keras);
    if (candidate !== undefined && text !== undefined) for (const span of returnedPlaces(candidate)) found.set(spanKey(span), text);
  });
  return found;
}

/** One note for each place, with all types that it had. */
function mergeShapes(shapes: TraceOutcome['shapes'], explained: ReadonlyMap<string, string>): readonly ShapeNote[] {
  const bySpan = new Map<string, { readonly span: Span; readonly types: TensorType[]; readonly explanation?: string }>();
  for (const { span, type } of shapes) {
    const key = spanKey(span);
    const explanation = explained.get(key);
    const note = bySpan.get(key) ?? { span, types: [], ...(explanation === undefined ? {} : { explanation }) };
    bySpan.set(key, note);
    if (!note.types.some((other) => other.dtype === type.dtype && sameShape(other.shape, type.shape))) note.types.push(type);
  }
  return [...bySpan.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}
