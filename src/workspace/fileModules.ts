/** Owns modules as files: reads, parses (each file once) and finds what an import of another file means. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ModuleHost } from '../program/modules';
import type { Language, Module } from '../program/program';

export type Parse = (text: string, document: string) => Module;

/** How many folders above a Python file may be the root that absolute imports start from. */
const MOST_ROOTS = 6;
const SCRIPT_ENDINGS = ['', '.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '/index.ts', '/index.tsx', '/index.js'];

export function languageOf(file: string): Language {
  return /\.[cm]?[jt]sx?$/.test(file) ? 'javascript' : 'python';
}

/** Documents are absolute paths. */
export class FileModules implements ModuleHost {
  private readonly modules = new Map<string, Module | undefined>();
  private readonly kinds = new Map<string, 'file' | 'folder' | 'none'>();

  constructor(
    private readonly parsers: Partial<Readonly<Record<Language, Parse>>>,
    private readonly read: (document: string) => string = (document) => readFileSync(document, 'utf8'),
  ) {}

  /** Its text has changed: it is read again when it is wanted. */
  forget(document: string): void {
    this.modules.delete(document);
  }

  /** Parses a text as the document's content. */
  add(text: string, document: string): Module | undefined {
    const module = this.parsers[languageOf(document)]?.(text, document);
    this.modules.set(document, module);
    return module;
  }

  resolve(document: string, module: string): Module | undefined {
    // What is not saved, or on another machine, has no neighbours here.
    if (!path.isAbsolute(document)) return undefined;
    const file = languageOf(document) === 'python' ? this.pythonFile(document, module) : this.scriptFile(document, module);
    return file === undefined ? undefined : this.load(file);
  }

  /** The module of a file, by its absolute path. */
  load(file: string): Module | undefined {
    if (this.modules.has(file)) return this.modules.get(file);
    try {
      return this.add(this.read(file), file);
    } catch {
      this.modules.set(file, undefined);
      return undefined;
    }
  }

  private pythonFile(document: string, module: string): string | undefined {
    const dots = /^\.*/.exec(module)?.[0].length ?? 0;
    const parts = module.slice(dots).split('.').filter(Boolean);
    if (dots > 0) return this.pythonModule(path.join(path.dirname(document), ...Array<string>(dots - 1).fill('..'), ...parts));
    let root = path.dirname(document);
    for (let i = 0; i < MOST_ROOTS; i++) {
      for (const base of [root, path.join(root, 'src')]) {
        const found =
          this.kind(path.join(base, parts[0] ?? '')) !== 'none' || parts.length === 1
            ? this.pythonModule(path.join(base, ...parts))
            : undefined;
        if (found !== undefined) return found;
      }
      const above = path.dirname(root);
      if (above === root || this.kind(path.join(root, '.git')) !== 'none') break;
      root = above;
    }
    return undefined;
  }

  private pythonModule(base: string): string | undefined {
    return [`${base}.py`, path.join(base, '__init__.py')].find((file) => this.kind(file) === 'file');
  }

  private scriptFile(document: string, module: string): string | undefined {
    if (!module.startsWith('.')) return undefined;
    const base = path.join(path.dirname(document), module);
    // TypeScript sources import each other by the name of their output.
    const bases = [base, base.replace(/\.([cm]?)js$/, '.$1ts'), base.replace(/\.js$/, '.tsx')];
    return bases.flatMap((each) => SCRIPT_ENDINGS.map((ending) => each + ending)).find((file) => this.kind(file) === 'file');
  }

  private kind(name: string): 'file' | 'folder' | 'none' {
    let kind = this.kinds.get(name);
    if (kind === undefined) {
      const facts = statSync(name, { throwIfNoEntry: false });
      kind = facts === undefined ? 'none' : facts.isDirectory() ? 'folder' : 'file';
      this.kinds.set(name, kind);
    }
    return kind;
  }
}
