/** Owns expanding VS Code snippets as the editor does when every tab stop is left at its placeholder. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface SnippetFile {
  readonly [name: string]: { readonly prefix: string; readonly description: string; readonly body: readonly string[] };
}

export interface Snippet {
  readonly name: string;
  readonly prefix: string;
  readonly body: string;
}

export function snippetsOf(language: string): readonly Snippet[] {
  const file = path.resolve('media/snippets', `${language}.json`);
  const snippets = JSON.parse(readFileSync(file, 'utf8')) as SnippetFile;
  return Object.entries(snippets).map(([name, { prefix, body }]) => ({ name, prefix, body: body.join('\n') }));
}

export function expand(body: string): string {
  const placeholders = new Map(Array.from(body.matchAll(/\$\{(\d+):([^}]*)\}/g), ([, stop = '', text = '']) => [stop, text]));
  return body.replaceAll(
    /\$\{(\d+)(?::[^}]*)?\}|\$(\d+)/g,
    (_, braced?: string, plain?: string) => placeholders.get(braced ?? plain ?? '') ?? '',
  );
}
