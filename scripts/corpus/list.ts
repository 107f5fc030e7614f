/** Owns lists of losses: a table of repositories, paths and the losses in them (cases/open-corpus.tsv). */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Names of losses by file, for the files that are there, laid out as `<owner>+<name>/<path>`. */
export function listedLosses(table: string, folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const [head = '', ...rows] = readFileSync(table, 'utf8').trim().split('\n');
  const columns = head.split('\t');
  const listed = new Map<string, ReadonlySet<string>>();
  for (const row of rows) {
    const cells = row.split('\t');
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
    const file = path.join(folder, cell('repository').replace('/', '+'), cell('path'));
    if (file.endsWith('.py') && existsSync(file)) listed.set(file, new Set(cell('losses').split(',')));
  }
  return listed;
}
