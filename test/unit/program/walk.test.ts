import { expect, it } from 'vitest';
import { type ProgramNode, walk } from '../../../src/program/walk';
import { loadPythonParser } from '../../../src/python/parser';
import { readParserWasm } from '../../support/parserWasm';

const SOURCE = `
import a
@d(1)
class A(B, metaclass=C):
  def f(self, x: int = 1, *, y=2):
    with a as b, c: pass
    for i, *j in z:
      if i: del x[0]
      else: yield {**k, "l": (m := 1)}
    try: raise E
    except (E, F) as e: assert x, "no"
    finally: o.p += -q ** r
    while s and t or not u: x[1:v, ..., ::w] = [g for h in y if h]
    return f"{n!r}", lambda o: await_ if o < 1 <= 2 else {1, *o}
`;

it('walks over every node of a program', async () => {
  const parser = await loadPythonParser({ readWasm: readParserWasm });
  const { body } = parser.parse(SOURCE, 'a.py');
  const walked = new Set<unknown>();
  walk(body, (node: ProgramNode) => {
    walked.add(node);
    return undefined;
  });
  const missed: unknown[] = [];
  // Parameters and import bindings have kinds of their own, and are no nodes.
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && 'span' in value && !('annotationText' in value) && !walked.has(value)) missed.push(value);
    Object.values(value).forEach(visit);
  };
  visit(body);
  expect(missed).toEqual([]);
});
