/** Owns analysing a text as editor and panel do, without either. */
import { loadJavascriptParser } from '../../src/javascript/parser';
import { loadPythonParser } from '../../src/python/parser';
import { type Analysis, analysisOf, type Language } from '../../src/workspace/analysis';
import { FileModules } from '../../src/workspace/fileModules';
import { Texts } from '../../src/workspace/texts';
import { readParserWasm } from './parserWasm';

const python = await loadPythonParser({ readWasm: readParserWasm });
const javascript = await loadJavascriptParser({ readWasm: readParserWasm });
const parsers = {
  python: (text: string, document: string) => python.parse(text, document),
  javascript: (text: string, document: string) => javascript.parse(text, document),
};

export function analysisOfText(text: string, language: Language = 'python'): Analysis {
  const document = language === 'python' ? '/nowhere/loss.py' : '/nowhere/loss.ts';
  const noFiles = (file: string): string => {
    throw new Error(`${file} is not read in tests`);
  };
  const host = new FileModules(parsers, noFiles);
  return analysisOf({ document, text, language, parsers, host, texts: new Texts(noFiles), options: { keras: 'auto' } });
}
