/** Owns one look at one text: what checking found in it, and what further questions (shapes beside the code, a run) need. */
import { type AnalyzeInput, analyze } from '../check/analyze';
import type { CheckedFile } from '../check/result';
import { closureOf, type ModuleClosure } from '../program/modules';
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
  /** The module with all that it imports, read when it is asked for. */
  closure(): ModuleClosure | undefined;
}

export interface AnalysisInput extends AnalyzeInput {
  readonly host: FileModules;
  readonly texts: Texts;
}

export function analysisOf(input: AnalysisInput): Analysis {
  const { text, document, language, parsers, host, texts } = input;
  texts.set(document, text);
  let module: Module | undefined;
  const parse = parsers[language];
  const file = analyze({ ...input, parsers: parse === undefined ? {} : { [language]: () => (module ??= parse(text, document)) } });
  return {
    file,
    texts,
    assigned: module === undefined ? [] : assignedShapes(module, file),
    closure: () => (module === undefined ? undefined : closureOf(module, host)),
  };
}
