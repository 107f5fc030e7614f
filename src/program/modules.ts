/** Owns how a program finds the modules that it imports. The host loads the closure of imports first, so that tracing is synchronous. */
import type { Module } from './program';

/** A module and all modules of the workspace that it reaches by imports; plain data, as the child process receives it. */
export interface ModuleClosure {
  /** Document of the module that was asked for. */
  readonly entry: string;
  /** By document. */
  readonly modules: Readonly<Record<string, Module>>;
  /** Document that an import resolves to, by `importing document` + '\n' + `module as written`; absent: outside the workspace. */
  readonly imports: Readonly<Record<string, string>>;
}

export function importKey(document: string, module: string): string {
  return `${document}\n${module}`;
}

/** Finds and parses modules: of files, open documents, notebook cells. */
export interface ModuleHost {
  /** The module that `document` imports as `module` (as written), or undefined if it is not part of the workspace. */
  resolve(document: string, module: string): Module | undefined;
}

/** A closure whose modules are loaded when they are asked for: a trace needs few of those that a file's imports reach. */
export function lazyClosureOf(entry: Module, host: ModuleHost): ModuleClosure {
  const modules: Record<string, Module> = { [entry.document]: entry };
  const found = new Map<string, string | undefined>();
  const resolve = (key: string): string | undefined => {
    if (found.has(key)) return found.get(key);
    const [document = '', module = ''] = key.split('\n');
    const loaded = host.resolve(document, module);
    if (loaded !== undefined) modules[loaded.document] ??= loaded;
    found.set(key, loaded?.document);
    return loaded?.document;
  };
  const imports = new Proxy<Record<string, string>>({}, { get: (_, key) => (typeof key === 'string' ? resolve(key) : undefined) });
  return { entry: entry.document, modules, imports };
}

/** Remembers what was asked of a host: the modules that a trace has used, as plain data. */
export class UsedModules implements ModuleHost {
  private readonly modules: Record<string, Module> = {};
  private readonly imports: Record<string, string> = {};

  constructor(private readonly host: ModuleHost) {}

  resolve(document: string, module: string): Module | undefined {
    const found = this.host.resolve(document, module);
    if (found !== undefined) {
      this.modules[found.document] = found;
      this.imports[importKey(document, module)] = found.document;
    }
    return found;
  }

  closure(entry: Module): ModuleClosure {
    return { entry: entry.document, modules: { ...this.modules, [entry.document]: entry }, imports: this.imports };
  }
}

/** Loads the closure of imports of a module, at most `limit` modules. */
export function closureOf(entry: Module, host: ModuleHost, limit = 64): ModuleClosure {
  const modules: Record<string, Module> = { [entry.document]: entry };
  const imports: Record<string, string> = {};
  const queue = [entry];
  for (let module = queue.shift(); module !== undefined; module = queue.shift()) {
    for (const name of importedModules(module)) {
      const found = Object.keys(modules).length < limit ? host.resolve(module.document, name) : undefined;
      if (found === undefined) continue;
      imports[importKey(module.document, name)] = found.document;
      if (modules[found.document] !== undefined) continue;
      modules[found.document] = found;
      queue.push(found);
    }
  }
  return { entry: entry.document, modules, imports };
}

/** Names of the modules that import statements anywhere in the module mention; `from . import x` may mean the module `.x`. */
function importedModules(module: Module): readonly string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const statement = value as { kind?: unknown; module?: unknown; from?: unknown; bindings?: readonly { imported: string | null }[] };
      if (statement.kind === 'import' && typeof statement.module === 'string') {
        names.add(statement.module);
        for (const binding of statement.bindings ?? []) {
          if (binding.imported && binding.imported !== '*') names.add(joinModule(statement.module, binding.imported));
        }
      } else if (statement.kind === 'export' && typeof statement.from === 'string') names.add(statement.from);
      Object.values(value).forEach(visit);
    }
  };
  visit(module.body);
  return [...names];
}

/** Python's name of a submodule: `.` + `x` is `.x`, `a.b` + `x` is `a.b.x`. */
export function joinModule(module: string, name: string): string {
  return module.endsWith('.') ? module + name : `${module}.${name}`;
}
