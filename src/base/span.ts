/** Owns positions in source text: spans (offsets in UTF-16 units), ranges (lines and columns) and the index that converts them. */

/** A half-open interval of UTF-16 offsets in one document or notebook cell. */
export interface Span {
  readonly document: string;
  readonly start: number;
  readonly end: number;
}

/** Zero-based line and column, both in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.document === inner.document && outer.start <= inner.start && inner.end <= outer.end;
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.document === b.document && a.start === b.start && a.end === b.end;
}

/** A key for maps from spans. */
export function spanKey(span: Span): string {
  return `${span.document}:${span.start}:${span.end}`;
}

/** The smallest span that holds both; both must lie in one document. */
export function cover(a: Span, b: Span): Span {
  return { document: a.document, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Converts between offsets and positions of one text. Lines end at \n, \r\n or a lone \r. */
export class LineIndex {
  private readonly starts: readonly number[];

  constructor(readonly text: string) {
    const starts = [0];
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
    }
    this.starts = starts;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.starts[low] ?? 0) };
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(span.end) };
  }

  /** Offset of a line's first unit; the text's end for lines past the last. */
  lineStart(line: number): number {
    return this.starts[line] ?? this.text.length;
  }

  /** The text of a line without its line end. */
  lineText(line: number): string {
    return this.text.slice(this.lineStart(line), this.lineStart(line + 1)).replace(/[\r\n]+$/, '');
  }
}
