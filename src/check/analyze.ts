/** Owns the one entry of checking: source text to losses, shapes and findings. Synchronous; never throws. */
import { LIBRARY } from '../api/library';
import type { Problem, Severity } from '../base/problem';
import { LineIndex, type Span, spanKey } from '../base/span';
import { PRIMITIVES } from '../graph/primitives/table';
import type { LossCandidate } from '../program/candidate';
import { lazyClosureOf, type ModuleClosure, type ModuleHost } from '../program/modules';
import type { Language, Module } from '../program/program';
import { findLosses } from '../python/find';
import { mentionsFramework } from '../python/framework';
import { lookUp } from '../python/lookUp';
import { sameShape, type TensorType } from '../shape/shape';
import { CHECK_BUDGET, type InputSpec, type TraceOutcome } from '../trace/outcome';
import { trace } from '../trace/trace';
import type { KerasVersion, TraceProblem } from '../value/api';
import { assume, type Source } from './assume';
import { messageOf } from './messages';
import type { CheckedFile, CheckedLoss, ShapeNote } from './result';

export interface AnalyzeOptions {
  readonly keras: 'auto' | KerasVersion;
  /** `--shapes`: types for every loss. */
  readonly shapes?: string | null;
  /** Look at this loss only; null: at all. */
  readonly only?: string | null;
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
  javascript: { all: () => [], named: () => undefined },
};

const NO_MODULES: ModuleHost = { resolve: () => undefined };

export function analyze({ document, text, language, parsers, host = NO_MODULES, options }: AnalyzeInput): CheckedFile {
  const parse = parsers[language];
  if (parse === undefined || !mentionsFramework(text)) return { document, language, losses: [], shapes: [], problems: [] };
  const module = parse(text, document);
  const lines = new LineIndex(text);
  const candidates = candidatesOf(language, module, lines, options.only ?? null);
  const closure = lazyClosureOf(module, host);
  const traced = candidates.map((candidate) => checkLoss(candidate, closure, { module, lines }, options));
  return {
    document,
    language,
    losses: traced.map(({ loss }) => loss),
    shapes: mergeShapes(traced.flatMap(({ outcome }) => outcome.shapes)),
    problems: [...module.syntaxProblems.map(syntaxProblem), ...traced.flatMap(({ problems }) => problems)],
  };
}

function candidatesOf(language: Language, module: Module, lines: LineIndex, only: string | null): readonly LossCandidate[] {
  if (only === null) return FINDERS[language].all(module, lines);
  const found = FINDERS[language].named(module, lines, only);
  return found === undefined ? [] : [found];
}

/** As `--loss` takes them. */
export function lossNames(module: Module, lines: LineIndex): readonly string[] {
  return FINDERS[module.language].all(module, lines).map(({ name }) => name);
}

interface TracedLoss {
  readonly loss: CheckedLoss;
  readonly outcome: TraceOutcome;
  readonly problems: readonly Problem[];
}

function checkLoss(candidate: LossCandidate, closure: ModuleClosure, source: Source, options: AnalyzeOptions): TracedLoss {
  const assumption = assume(candidate, source, options);
  const inputs = assumption.inputs.map(({ role, name, type }): InputSpec => ({ name, role: isArgument(role) ? role : 'closure', type }));
  const outcome = trace(
    {
      closure,
      loss: traceName(candidate),
      inputs,
      keras: assumption.keras,
      mode: 'check',
      settings: assumption.settings,
      budget: CHECK_BUDGET,
    },
    {
      library: LIBRARY,
      primitives: PRIMITIVES,
      now: () => performance.now(),
      ...(options.cancelled ? { cancelled: options.cancelled } : {}),
    },
  );
  const { name, kind, span, nameSpan } = candidate;
  const returns = outcome.value === null ? null : outcome.build.type(outcome.value);
  const textOf = (place: Span): string => (place.document === closure.entry ? source.lines.text.slice(place.start, place.end) : '…');
  return {
    loss: { name, kind, span, nameSpan, ...assumption, returns, gaps: outcome.gaps },
    outcome,
    problems: outcome.problems.map((problem) => problemOf(problem, name, textOf)),
  };
}

function isArgument(role: string): role is 'y_true' | 'y_pred' {
  return role === 'y_true' || role === 'y_pred';
}

/** The trace knows a lambda by its place. */
export function traceName({ kind, name, span }: Pick<LossCandidate, 'kind' | 'name' | 'span'>): string {
  return kind === 'lambda' && name.startsWith('<') ? `<lambda@${span.start}>` : name;
}

function problemOf(problem: TraceProblem, loss: string, textOf: (span: Span) => string): Problem {
  const severity: Severity = problem.failure.certainty === 'certain' ? 'error' : 'warning';
  return { code: problem.failure.code, severity, message: messageOf(problem, textOf), span: problem.span, loss, related: [], fixes: [] };
}

function syntaxProblem({ message, span }: Module['syntaxProblems'][number]): Problem {
  return { code: 'syntax-error', severity: 'error', message, span, loss: null, related: [], fixes: [] };
}

/** One note for each place, with all types that it had. */
function mergeShapes(shapes: TraceOutcome['shapes']): readonly ShapeNote[] {
  const bySpan = new Map<string, { readonly span: Span; readonly types: TensorType[] }>();
  for (const { span, type } of shapes) {
    const key = spanKey(span);
    const note = bySpan.get(key) ?? { span, types: [] };
    bySpan.set(key, note);
    if (!note.types.some((other) => other.dtype === type.dtype && sameShape(other.shape, type.shape))) note.types.push(type);
  }
  return [...bySpan.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}
