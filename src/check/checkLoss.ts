/** Owns the check of one loss: its trace under what is assumed, and what the rules find in it. */
import { LIBRARY } from '../api/library';
import type { Problem } from '../base/problem';
import type { LineIndex } from '../base/span';
import { type Content, contentText } from '../batch/content';
import { PRIMITIVES } from '../graph/primitives/table';
import type { LossCandidate } from '../program/candidate';
import type { ModuleClosure } from '../program/modules';
import type { Module } from '../program/program';
import { CHECK_BUDGET, type Gap, type InputSpec, type TraceOutcome } from '../trace/outcome';
import { trace } from '../trace/trace';
import type { TraceProblem } from '../value/api';
import type { AnalyzeOptions } from './analyze';
import { type Assumption, assume } from './assume';
import { annotatedPair } from './assumptions/annotation';
import { isHeld } from './assumptions/attempts';
import { infer } from './assumptions/infer';
import { type LossUse, takesCollections, usesOf } from './assumptions/model';
import { attemptPairs, type Settled, withOtherUses } from './assumptions/uses';
import { intervalOf } from './contents';
import { concerns, isCredible, isUnsure } from './credible';
import { GraphFacts } from './facts/graphFacts';
import { Origins } from './facts/origins';
import type { SourceIndex } from './facts/sourceIndex';
import { problemOf, traceFinding } from './problems';
import type { CheckedInput, CheckedLoss } from './result';
import { reused } from './reuse';
import { usesWeights } from './rules/returns';
import type { Finding, Rule, RuleContext } from './rules/rule';
import { RULES } from './rules/table';
import { TFJS_RULES } from './rules/tfjsTable';
import type { Surroundings } from './surroundings';

export interface LossCheck {
  readonly loss: CheckedLoss;
  readonly outcome: TraceOutcome;
  readonly problems: readonly Problem[];
}

/** What all losses of a file share. */
export interface FileContext {
  readonly module: Module;
  readonly lines: LineIndex;
  readonly closure: ModuleClosure;
  readonly source: SourceIndex;
  readonly surroundings: Surroundings;
  readonly options: AnalyzeOptions;
}

/** A trace under one assumption, with what was found. */
export interface Attempt {
  readonly inputs: readonly CheckedInput[];
  readonly outcome: TraceOutcome;
  readonly findings: readonly Finding[];
}

export function checkLoss(candidate: LossCandidate, file: FileContext): LossCheck {
  const stated = assume(candidate, file);
  const uses = usesOf(candidate, file, stated.keras);
  const assumption = uses.length === 0 && takesCollections(candidate, file, stated.keras) ? { ...stated, use: 'maybe' as const } : stated;
  if (uses.length > 0) return check(candidate, file, assumption, uses);
  const { contents, ...plain } = assumption;
  const fingerprint = JSON.stringify([plain, [...contents], file.options.keras, usesWeights({ source: file.source })]);
  return reused(candidate, file, fingerprint, () => check(candidate, file, assumption, uses));
}

function check(candidate: LossCandidate, file: FileContext, assumed: Assumption, uses: readonly LossUse[]): LossCheck {
  const first = bestAttempt(candidate, file, assumed, uses);
  // Shapes that are asked for hold for every loss: of its uses only the activation counts.
  const others = file.options.shapes == null ? uses : [];
  const { assumption, attempt } = withOtherUses(candidate, file, first, others);
  const { name, kind, span, nameSpan } = candidate;
  const { outcome, inputs } = attempt;
  const returns = outcome.value === null ? null : outcome.build.type(outcome.value);
  const { contents: _contents, use: _use, asked: _asked, contract: _contract, ...shown } = assumption;
  return {
    loss: { name, kind, span, nameSpan, ...shown, inputs, returns, gaps: outcome.gaps },
    outcome,
    problems: attempt.findings
      .filter(({ onlyStated }) => onlyStated !== true || assumption.assumed !== 'inferred')
      .map((finding) => problemOf(finding, name)),
  };
}

/** Stated shapes, else what the first use by Keras says, else annotations and docstrings as far as they fit, else inference. */
function bestAttempt(candidate: LossCandidate, file: FileContext, assumption: Assumption, uses: readonly LossUse[]): Settled {
  const [use] = uses;
  if (assumption.assumed !== 'inferred') {
    const known = withActivation(assumption, use);
    return { assumption: known, attempt: attemptWith(candidate, file, known, known.inputs), use: null };
  }
  if (use !== undefined && use.contract !== 'call') return attemptUse(candidate, file, assumption, use);
  const pair = annotatedPair(candidate);
  if (pair !== undefined) {
    const known: Assumption = { ...assumption, assumed: 'annotation', assumedBecause: pair.because };
    const attempt = infer(candidate, file, known, [pair]);
    if (!attempt.findings.some(isHeld)) return { assumption: known, attempt, use: null };
  }
  return { assumption, attempt: infer(candidate, file, assumption), use: null };
}

/** Stated shapes say nothing of the activation that the model ends in. What a linear layer gives is drawn as before: it may be anything. */
function withActivation(assumption: Assumption, use: LossUse | undefined): Assumption {
  const content = use?.contract === 'loss' ? use.contents.get('y_pred') : undefined;
  if (content === undefined || assumption.contents.has('y_pred')) return assumption;
  const drawn = (input: CheckedInput): boolean => input.role === 'y_pred' && content.kind !== 'logits';
  const inputs = assumption.inputs.map((input) => (drawn(input) ? { ...input, content: contentText(content) } : input));
  return { ...assumption, inputs, contents: new Map([...assumption.contents, ['y_pred', content]]) };
}

/** The loss as one of its uses has it. */
export function attemptUse(candidate: LossCandidate, file: FileContext, assumption: Assumption, use: LossUse): Settled {
  const raw = use.contract === 'call' && !(candidate.kind === 'class' && assumption.keras === 3);
  const inputs = assumption.inputs.map((input) => {
    const content = use.contents.get(input.role);
    return content === undefined ? input : { ...input, content: contentText(content) };
  });
  const known: Assumption = {
    ...assumption,
    inputs,
    assumed: 'model',
    assumedBecause: use.because,
    contents: use.contents,
    contract: use.contract === 'metric' ? 'metric' : 'loss',
    ...(raw ? { keras: 'none' } : {}),
  };
  const measured = use.contract === 'metric' ? { ...candidate, metric: true } : candidate;
  return { assumption: known, attempt: attemptPairs(measured, file, known, use.pairs), use };
}

export function attemptWith(candidate: LossCandidate, file: FileContext, assumption: Assumption, inputs: readonly CheckedInput[]): Attempt {
  const outcome = traceLoss(candidate, file, assumption, inputs);
  return { inputs, outcome, findings: findingsOf(candidate, file, assumption, outcome) };
}

function traceLoss(
  candidate: LossCandidate,
  { closure, options }: FileContext,
  assumption: Assumption,
  inputs: readonly CheckedInput[],
): TraceOutcome {
  const specs = inputs.map(
    ({ role, name, type }): InputSpec => ({ name, role: role === 'y_true' || role === 'y_pred' ? role : 'closure', type }),
  );
  const { keras, settings } = assumption;
  return trace(
    {
      closure,
      loss: traceName(candidate),
      inputs: specs,
      keras,
      mode: 'check',
      settings,
      budget: CHECK_BUDGET,
      ...(assumption.contract === 'metric' ? { contract: 'metric' as const } : {}),
    },
    {
      library: LIBRARY,
      primitives: PRIMITIVES,
      now: () => performance.now(),
      ...(options.cancelled ? { cancelled: options.cancelled } : {}),
    },
  );
}

/** The trace knows a lambda by its place. */
export function traceName({ kind, name, span }: Pick<LossCandidate, 'kind' | 'name' | 'span'>): string {
  return kind === 'lambda' && name.startsWith('<') ? `<lambda@${span.start}>` : name;
}

function findingsOf(candidate: LossCandidate, file: FileContext, assumption: Assumption, outcome: TraceOutcome): readonly Finding[] {
  const lenient = isLenient(file, assumption);
  const traced = placed(outcome.problems, candidate)
    .filter((problem) => isCredible(problem, candidate, assumption, file.source))
    .map((problem) => traceFinding(problem, file.source, lenient));
  const all = withoutDoubles([...traced, ...ruleFindings(ruleContext(candidate, file, assumption, outcome))]);
  const found = all.filter(({ code }) => !isUnsure(code, file.module, outcome));
  // A batch of fixed size has one: whether fit gives such batches is not known where nothing calls it.
  return assumption.use === 'fitted'
    ? found
    : found.map((finding) => (finding.code === 'static-batch-size' ? { ...finding, severity: 'info' } : finding));
}

/** The call that Keras makes of a binding stands nowhere: what fails in it is told where the binding is made. */
function placed(problems: readonly TraceProblem[], { value, nameSpan }: LossCandidate): readonly TraceProblem[] {
  return problems.map((problem) => (problem.span.end > 0 ? problem : { ...problem, span: value?.span ?? nameSpan }));
}

/** Keras 2 by the look of the file: what it is written for may be older still. */
function isLenient({ options }: FileContext, { keras }: Assumption): boolean {
  return options.keras === 'auto' && keras === 2;
}

/** One finding for each code and place: loops and helpers are traced more than once. */
function withoutDoubles(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, span }) => {
    const key = `${code}@${span.document}:${span.start}:${span.end}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function ruleFindings(context: RuleContext): readonly Finding[] {
  const table = context.module.language === 'javascript' ? TFJS_RULES : RULES;
  const rules = context.candidate.metric ? table.filter((rule) => rule.metrics === true) : table;
  return rules.flatMap((rule) => checked(rule, context)).filter(({ code }) => concerns(code, context.candidate, context.use));
}

/** A rule that fails is a bug of ours: it is told as a gap, and costs the user nothing. */
function checked(rule: Rule, context: RuleContext): readonly Finding[] {
  try {
    return rule.check(context);
  } catch (error) {
    const reason = `Loss Lab could not judge this by ${rule.codes[0] ?? 'a rule'} (${error instanceof Error ? error.message : String(error)})`;
    (context.outcome.gaps as Gap[]).push({ span: null, reason });
    return [];
  }
}

function ruleContext(candidate: LossCandidate, file: FileContext, assumption: Assumption, outcome: TraceOutcome): RuleContext {
  const contents = assumption.contents;
  const intervals = new Map(assumption.inputs.flatMap(({ role, name }) => intervalsFor(contents.get(role), name)));
  const facts = new GraphFacts(outcome, file.source, intervals);
  return {
    candidate,
    module: file.module,
    outcome,
    facts,
    origins: new Origins(facts),
    source: file.source,
    keras: assumption.keras,
    stated: assumption.assumed !== 'inferred' && assumption.assumed !== 'default',
    fitted: assumption.use === 'fitted',
    use: assumption.use,
    lenient: isLenient(file, assumption),
    asked: assumption.asked,
    contents,
    compiles: file.surroundings.compilesOf(candidate),
  };
}

function intervalsFor(content: Content | undefined, name: string): readonly (readonly [string, ReturnType<typeof intervalOf>])[] {
  return content === undefined ? [] : [[name, intervalOf(content)]];
}
