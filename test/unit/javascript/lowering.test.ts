import { describe, expect, it } from 'vitest';
import { printModule } from '../../../src/program/print';
import { parse } from '../../support/javascript';

/** What the program of a source prints as. */
function printed(source: string, document?: string): string {
  return printModule(parse(source, document)).trim();
}

describe('lowering of TypeScript', () => {
  it.each([
    ['types are dropped', 'const a = (x as Foo)!.b satisfies Bar;', 'const a = x.b;'],
    ['type assertions', 'const a = <Foo>b;', 'const a = b;'],
    ['generics', 'f<number>(a);', 'f(a);'],
    ['interfaces and aliases are nothing', 'interface A { b: number }\ntype C = A;\ndeclare const d: A;\nlet e = 1;', 'let e = 1;'],
    ['several declarators', 'let a = 1, b;', 'let a = 1;\nlet b;'],
    ['optional chains', 'a?.b?.(c);', 'a?.b?.(c);'],
    ['increments', 'i++;\n--j;', 'i += 1;\nj -= 1;'],
  ])('%s', (_name, source, expected) => {
    expect(normal(printed(source))).toBe(normal(printed(expected)));
  });

  it('hoists function declarations', () => {
    const module = parse('const a = f(1);\nfunction f(x) { return x; }');
    expect(module.body.map((statement) => statement.kind)).toEqual(['function', 'assign']);
  });

  it('sets fields and parameter properties in the constructor, behind super', () => {
    const module = parse('class A extends B { k = 1; static s = 2; constructor(private d = 3) { super(d); this.e = d; } }');
    const [statement] = module.body;
    if (statement?.kind !== 'class') throw new Error('no class');
    const made = statement.definition.body.find((each) => each.kind === 'function');
    if (made?.kind !== 'function') throw new Error('no constructor');
    const places = made.definition.body.map((each) =>
      each.kind === 'assign' && each.targets[0]?.kind === 'attribute' ? each.targets[0].name : each.kind,
    );
    expect(places).toEqual(['expression', 'k', 'd', 'e']);
    expect(made.definition.params.map((param) => param.name)).toEqual(['this', 'd']);
  });

  it('reads every way to import and export', () => {
    const module = parse(
      "import d, { a as b } from 'm';\nimport * as n from 'm';\nconst { c } = require('m');\nimport r = require('m');\nimport type { T } from 'm';\n" +
        "export { b as z };\nexport * from './s';\nexport default b;\nmodule.exports = { q: b };",
    );
    const imports = module.body.flatMap((statement) =>
      statement.kind === 'import' ? statement.bindings.map((each) => `${each.imported}:${each.local}`) : [],
    );
    expect(imports).toEqual(['default:d', 'a:b', '*:n', 'c:c', 'null:r', '*:*']);
    const bound = module.body.flatMap((statement) =>
      statement.kind === 'assign' && statement.targets[0]?.kind === 'name' ? [statement.targets[0].name] : [],
    );
    expect(bound).toEqual(['z', 'q']);
  });

  it('takes JSX where the file may hold it', () => {
    expect(parse('const a = <div>{loss}</div>; const b = 1;', 'a.tsx').syntaxProblems).toEqual([]);
    expect(parse('const a = <Foo>b;', 'a.ts').syntaxProblems).toEqual([]);
  });

  it('counts in UTF-16 units', () => {
    const source = "const s = '😀'; const loss = 1;";
    const [, statement] = parse(source).body;
    expect(source.slice(statement?.span.start, statement?.span.end)).toBe('const loss = 1;');
  });
});

function normal(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

describe('recovery', () => {
  it('costs only the broken statement', () => {
    const module = parse('const a = (x, y => \n\nexport function loss(yTrue, yPred) {\n  const b = (1;\n  return yTrue;\n}\n');
    expect(module.syntaxProblems).toHaveLength(2);
    const loss = module.body.find((statement) => statement.kind === 'function');
    expect(loss?.kind === 'function' && loss.definition.body.map((statement) => statement.kind)).toEqual(['assign', 'return']);
  });

  it('never throws on truncated text', () => {
    const source =
      "import * as tf from 'x';\nclass A<T> { m(a: T = 1) { return [a] } }\nexport const f = async ({ a, b = 2 }, ...r) => { for (const x of r) { if (x?.y) break; } };\n";
    for (let end = 0; end <= source.length; end++) expect(() => parse(source.slice(0, end))).not.toThrow();
  });
});
