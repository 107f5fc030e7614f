/** Owns reading a comment's text piece by piece. Positions are offsets in that text. */

/** Thrown inside the grammar only; its entry points turn it into a value. */
export class GrammarError extends Error {
  constructor(
    message: string,
    readonly start: number,
    readonly end: number,
  ) {
    super(message);
  }
}

export class Scanner {
  position = 0;

  constructor(readonly text: string) {}

  /** Consumes what the sticky pattern matches behind white space. */
  take(pattern: RegExp): string | undefined {
    this.skipSpace();
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match[0];
  }

  takeToken(token: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  peek(token: string): boolean {
    this.skipSpace();
    return this.text.startsWith(token, this.position);
  }

  expect(token: string, where: string): void {
    if (!this.takeToken(token)) this.fail(`expected '${token}' ${where}`);
  }

  atEnd(): boolean {
    this.skipSpace();
    return this.position >= this.text.length;
  }

  /** `from`: where the fault begins; else the next word. */
  fail(message: string, from?: number): never {
    this.skipSpace();
    const start = from ?? this.position;
    const word = /[^\s,;()[\]]+|./y;
    word.lastIndex = this.position;
    const end = from === undefined ? this.position + (word.exec(this.text)?.[0].length ?? 0) : this.position;
    throw new GrammarError(message, start, Math.max(end, start));
  }

  private skipSpace(): void {
    while (/\s/.test(this.text.charAt(this.position))) this.position++;
  }
}

export const WORD = /[A-Za-z_]\w*/y;
export const DOTTED = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
export const INTEGER = /\d+/y;
export const NUMBER = /[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![A-Za-z_])|[+-]?(?:inf(?:inity)?|nan)\b/iy;

export function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (plain.endsWith('nan')) return Number.NaN;
  if (/inf/.test(plain)) return plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(plain);
}
