/** Owns the command `check`: reads the files, analyzes each, prints. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { analyze } from '../check/analyze';
import type { CheckedFile } from '../check/result';
import type { Language } from '../program/program';
import { mentionsFramework } from '../python/framework';
import { FileModules, languageOf } from '../workspace/fileModules';
import { loadParsers } from '../workspace/parsers';
import { Texts } from '../workspace/texts';
import { type CheckedPath, checkJson } from './checkJson';
import type { CheckCommand } from './options';
import type { Output } from './output';
import { checkShapes } from './shapesOption';
import { sourceFiles } from './sourceFiles';

interface Source {
  readonly path: string;
  readonly document: string;
  readonly text: string;
  readonly language: Language;
}

export async function check(command: CheckCommand): Promise<Output> {
  if (command.shapes !== null) checkShapes(command.shapes);
  const sources = sourceFiles(command.paths).map(readSource);
  const relevant = sources.filter(({ text }) => mentionsFramework(text));
  const parsers = await loadParsers(new Set(relevant.map(({ language }) => language)));
  const host = new FileModules(parsers);
  const texts = new Texts();
  const files: CheckedPath[] = [];
  for (const { path: named, document, text, language } of sources) {
    texts.set(document, text);
    const options = { keras: command.keras, shapes: command.shapes };
    const file: CheckedFile =
      relevant.length > 0
        ? analyze({ document, text, language, parsers, host, options })
        : { document, language, losses: [], shapes: [], problems: [] };
    files.push({ path: named, file });
  }
  const failed = files.some(({ file }) => file.problems.some((problem) => problem.severity === 'error'));
  return { text: await formatted(command, files, texts), status: failed ? 1 : 0 };
}

async function formatted({ format }: CheckCommand, files: readonly CheckedPath[], texts: Texts): Promise<string> {
  if (format === 'json') return JSON.stringify(checkJson(files, texts));
  if (format === 'sarif') {
    const [{ sarifLog }, { VERSION }] = await Promise.all([import('./sarif'), import('./version')]);
    return JSON.stringify(sarifLog(files, texts, VERSION), null, 2);
  }
  return (await import('./checkText')).checkText(files, texts);
}

function readSource(named: string): Source {
  const document = path.resolve(named);
  return { path: named, document, text: readFileSync(document, 'utf8'), language: languageOf(document) };
}
