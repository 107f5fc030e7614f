/** Owns `check --sarif`: SARIF 2.1.0 as GitHub code scanning reads it. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fix, Problem, Severity } from '../base/problem';
import type { Span } from '../base/span';
import { CODES } from '../check/codes';
import type { Texts } from '../workspace/texts';
import type { CheckedPath } from './checkJson';
import { jsonRange } from './json';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };
const BASE = 'SRCROOT';

export function sarifLog(files: readonly CheckedPath[], texts: Texts, version: string): unknown {
  const problems = files.flatMap(({ file }) => file.problems);
  const codes = [...new Set(problems.map((problem) => problem.code))].sort();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Loss Lab',
            semanticVersion: version,
            rules: codes.map((code) => ruleOf(code)),
          },
        },
        originalUriBaseIds: { [BASE]: { uri: `${pathToFileURL(process.cwd()).href}/` } },
        columnKind: 'utf16CodeUnits',
        results: problems.map((problem) => resultOf(problem, codes, texts)),
      },
    ],
  };
}

/** GitHub shows the help beside each alert. */
function ruleOf(code: string): unknown {
  const severity = CODES.find((each) => each.code === code)?.severity ?? 'warning';
  return {
    id: code,
    shortDescription: { text: ruleText(code) },
    help: {
      text: `What it means, an example and what to write instead: docs/problems/${code}.md of Loss Lab. # loss-lab: ignore[${code}] silences a line.`,
    },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function ruleText(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function resultOf(problem: Problem, codes: readonly string[], texts: Texts): unknown {
  return {
    ruleId: problem.code,
    ruleIndex: codes.indexOf(problem.code),
    level: LEVELS[problem.severity],
    message: { text: problem.message },
    locations: [{ physicalLocation: physicalLocation(problem.span, texts) }],
    ...(problem.related.length > 0
      ? {
          relatedLocations: problem.related.map((each, id) => ({
            id,
            message: { text: each.message },
            physicalLocation: physicalLocation(each.span, texts),
          })),
        }
      : {}),
    ...(problem.fixes.length > 0 ? { fixes: problem.fixes.map((fix) => fixOf(fix, texts)) } : {}),
  };
}

function fixOf(fix: Fix, texts: Texts): unknown {
  const documents = [...new Set(fix.edits.map((edit) => edit.span.document))];
  return {
    description: { text: fix.title },
    artifactChanges: documents.map((document) => ({
      artifactLocation: artifactLocation(document),
      replacements: fix.edits
        .filter((edit) => edit.span.document === document)
        .map((edit) => ({ deletedRegion: region(edit.span, texts), insertedContent: { text: edit.newText } })),
    })),
  };
}

function physicalLocation(span: Span, texts: Texts): unknown {
  return { artifactLocation: artifactLocation(span.document), region: region(span, texts) };
}

function artifactLocation(document: string): unknown {
  const relative = path.relative(process.cwd(), document);
  if (relative.startsWith('..') || path.isAbsolute(relative)) return { uri: pathToFileURL(document).href };
  return { uri: relative.split(path.sep).map(encodeURIComponent).join('/'), uriBaseId: BASE };
}

function region(span: Span, texts: Texts): unknown {
  const { start, end } = jsonRange(texts.range(span));
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
