/** Owns the grammar of sizes in a comment: `10`, `C`, `2*C + 1`, and lists of them. */
import { addDims, BATCH, type Dim, multiplyDims, subtractDims, symbol } from '../shape/dim';
import { INTEGER, type Scanner, WORD } from './scanner';

/** `(B, 10)`, `(6,)`, `()`. */
export function dimList(scanner: Scanner): readonly Dim[] {
  scanner.expect('(', 'before the sizes');
  const dims: Dim[] = [];
  while (!scanner.takeToken(')')) {
    dims.push(dimExpression(scanner));
    if (!scanner.takeToken(',') && !scanner.peek(')')) scanner.fail("expected ',' or ')' between sizes");
  }
  return dims;
}

export function dimExpression(scanner: Scanner): Dim {
  let sum = product(scanner);
  for (;;) {
    if (scanner.takeToken('+')) sum = addDims(sum, product(scanner));
    else if (scanner.takeToken('-')) sum = subtractDims(sum, product(scanner));
    else return sum;
  }
}

function product(scanner: Scanner): Dim {
  let result = factor(scanner);
  while (scanner.takeToken('*')) result = multiplyDims(result, factor(scanner));
  return result;
}

function factor(scanner: Scanner): Dim {
  if (scanner.takeToken('(')) {
    const inside = dimExpression(scanner);
    scanner.expect(')', 'in a size');
    return inside;
  }
  const digits = scanner.take(INTEGER);
  if (digits !== undefined) return Number(digits);
  const name = scanner.take(WORD);
  if (name === undefined) return scanner.fail('expected a size: a whole number or a name such as B');
  return name === 'B' || name === 'None' ? BATCH : symbol(name);
}
