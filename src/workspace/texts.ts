/** Owns the texts that spans point into: converts spans to the ranges and lines that reports show. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LineIndex, type Range, type Span } from '../base/span';

export class Texts {
  private readonly indices = new Map<string, LineIndex>();

  constructor(private readonly read: (document: string) => string = (document) => readFileSync(document, 'utf8')) {}

  set(document: string, text: string): void {
    this.indices.set(document, new LineIndex(text));
  }

  index(document: string): LineIndex {
    let index = this.indices.get(document);
    if (index === undefined) {
      index = new LineIndex(this.textOf(document));
      this.indices.set(document, index);
    }
    return index;
  }

  range(span: Span): Range {
    return this.index(span.document).range(span);
  }

  /** The source that a span covers. */
  text(span: Span): string {
    return this.index(span.document).text.slice(span.start, span.end);
  }

  /** A document of the file system may have gone since it was parsed. */
  private textOf(document: string): string {
    try {
      return this.read(document);
    } catch {
      return '';
    }
  }

  /** `examples/custom_mse.py:5:3`, as terminals make it a link. */
  place(span: Span): string {
    const { start } = this.range(span);
    return `${displayPath(span.document)}:${start.line + 1}:${start.column + 1}`;
  }
}

/** Relative to the current folder where that is shorter. */
export function displayPath(document: string): string {
  const relative = path.relative(process.cwd(), document);
  return relative.length < document.length ? relative : document;
}
