/** Owns one look at one text: what checking found in it, and what further questions (shapes beside the code, a run) need. */
import { type AnalyzeInput, analyze } from '../check/analyze';
import type { CheckedFile } from '../check/result';
import { type ModuleClosure, UsedModules } from '../program/modules';
import type { Module } from '../program/program';
import { mentionsFramework } from '../python/framework';
import { type AssignedShape, assignedShapes } from './assignedShapes';
import type { FileModules } from './fileModules';
import type { Texts } from './texts';

export type { Language } from '../program/program';
export { mentionsFramework };

export interface Analysis {
  readonly file: CheckedFile;
  readonly texts: Texts;
  readonly assigned: readonly AssignedShape[];
  /** The module with those that checking needed of what it imports. */
  closure(): ModuleClosure | undefined;
}

export interface AnalysisInput extends AnalyzeInput {
  readonly host: FileModules;
  readonly texts: Texts;
}

export function analysisOf(input: AnalysisInput): Analysis {
  const { text, document, language, parsers, host, texts } = input;
  texts.set(document, text);
  const used = new UsedModules(host);
  let module: Module | undefined;
  const parse = parsers[language];
  const file = analyze({
    ...input,
    host: used,
    parsers: parse === undefined ? {} : { [language]: () => (module ??= parse(text, document)) },
  });
  return {
    file,
    texts,
    assigned: module === undefined ? [] : assignedShapes(module, file),
    closure: () => (module === undefined ? undefined : used.closure(module)),
  };
}
