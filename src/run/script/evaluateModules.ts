/** Owns the evaluation of a script's modules: each once, when it is first required. */
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import type { ScriptRequest } from '../protocol';
import { standIn } from './standIn';

export type Exports = Record<string, unknown>;
type Require = (specifier: string) => unknown;
type Wrapper = (
  require: Require,
  exports: Exports,
  module: { exports: unknown },
  give: (getters: Readonly<Record<string, () => unknown>>) => void,
  giveAll: (from: unknown) => void,
  defaultOf: (from: unknown) => unknown,
  tf: unknown,
  fileName: string,
  folder: string,
) => void;

const PARAMETERS = 'require, exports, module, $export, $star, $default, tf, __filename, __dirname';

export class ScriptModules {
  private readonly evaluated = new Map<string, { exports: unknown }>();

  constructor(
    private readonly script: ScriptRequest,
    private readonly tf: unknown,
  ) {}

  exportsOf(document: string): unknown {
    const known = this.evaluated.get(document);
    if (known !== undefined) return known.exports;
    const source = this.script.modules[document];
    if (source === undefined) return standIn(path.basename(document));
    const exports: Exports = {};
    const module = { exports: exports as unknown };
    this.evaluated.set(document, module);
    // The header is a line of its own before the first: positions in errors are those of the source.
    // Parameters stand one function further out, so that the module may declare names like theirs (`const tf = …`).
    const text = `(function (${PARAMETERS}) { (function () { ${source.header}\n${source.code}\n}).call(this); })`;
    const wrapper = new vm.Script(text, { filename: document, lineOffset: -1 }).runInThisContext() as Wrapper;
    const give = (getters: Readonly<Record<string, () => unknown>>): void => {
      for (const [name, get] of Object.entries(getters))
        Object.defineProperty(exports, name, { get, enumerable: true, configurable: true });
    };
    const giveAll = (from: unknown): void => {
      if (isObject(from))
        give(
          Object.fromEntries(
            Object.keys(from)
              .filter((name) => name !== 'default')
              .map((name) => [name, () => from[name]]),
          ),
        );
    };
    const load = (specifier: string): unknown => this.required(document, specifier);
    wrapper.call(exports, load, exports, module, give, giveAll, defaultOf, this.tf, document, path.dirname(document));
    return module.exports;
  }

  private required(document: string, specifier: string): unknown {
    if (/^@tensorflow\/tfjs/.test(specifier) && !/-vis$/.test(specifier)) return this.tf;
    const known = this.script.modules[document]?.imports[specifier];
    if (known !== undefined) return this.exportsOf(known);
    const load = createRequire(path.isAbsolute(document) ? document : path.resolve(document));
    if (isBuiltin(specifier)) return load(specifier);
    try {
      return load(specifier);
    } catch {
      return standIn(specifier);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

/** The default import of an ES module, or of CommonJS as a whole. */
function defaultOf(from: unknown): unknown {
  return isObject(from) && 'default' in from && from.default !== undefined ? from.default : from;
}
