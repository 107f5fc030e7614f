/** Owns what an import binds: a module of the workspace, a name in it, a library's. */
import type { ImportStmt } from '../program/program';
import { api, type Value } from '../value/value';
import { missingName } from './attributes';
import { Context } from './context';
import type { Interpreter } from './interpreter';
import type { Scope } from './scope';

export function importedValue(
  interpreter: Interpreter,
  statement: Pick<ImportStmt, 'module' | 'span'>,
  binding: ImportStmt['bindings'][number],
  scope: Scope,
): Value {
  const { module } = statement;
  if (binding.imported !== null && binding.imported !== '*') {
    const submodule = interpreter.importedDocument(
      scope.document,
      module.endsWith('.') ? module + binding.imported : `${module}.${binding.imported}`,
    );
    const document = interpreter.importedDocument(scope.document, module);
    const source = document === undefined ? undefined : interpreter.module(document);
    const value = source?.exported(binding.imported);
    if (value !== undefined && value.kind !== 'unknown') return value;
    if (submodule !== undefined) return { kind: 'module', document: submodule };
    if (value !== undefined) return value;
    if (source !== undefined) return interpreter.gap(`\`${binding.imported}\` is not found in \`${module}\``, binding.span);
    const path = interpreter.library.modulePath(module);
    if (path === undefined)
      return interpreter.gap(`\`${binding.imported}\` comes from \`${module}\`, which is not part of the workspace`, binding.span);
    return libraryName(new Context(interpreter, binding.span, module, scope.document), path, binding.imported);
  }
  const document = interpreter.importedDocument(scope.document, module);
  if (document !== undefined) return { kind: 'module', document };
  const first = module.split('.')[0] ?? module;
  const name = binding.imported === null && binding.local === first && module !== first ? first : module;
  const path = interpreter.library.modulePath(name);
  return path === undefined ? interpreter.gap(`\`${name}\` is not part of the workspace`, binding.span) : api(path);
}

/** A name taken from a library's module: a constant's value, else its path. One that the chosen Keras lacks fails here, unless a try waits for that. */
function libraryName(context: Context, path: string, name: string): Value {
  const { interpreter, library } = context;
  const full = library.modulePath(`${path}.${name}`) ?? `${path}.${name}`;
  const found = library.resolve(full, context.keras);
  if (found.kind === 'value') return found.value;
  if (found.kind === 'missing' && found.severity === 'error' && interpreter.tryDepth === 0 && context.mode === 'check')
    context.note(missingName(found, full));
  return api(full);
}
