/** Writes the setting `lossLab.severity` of package.json from the pages of the problems: a property for each code, described by the page's first sentence. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.join(import.meta.dirname, '..');
const PAGES = path.join(ROOT, 'docs/problems');
const LEVELS = ['error', 'warning', 'info', 'hint', 'off'];

/** By code. */
export function severityProperties() {
  const codes = readdirSync(PAGES).map((file) => path.basename(file, '.md'));
  return Object.fromEntries(
    codes.sort().map((code) => {
      const [, , first = ''] = readFileSync(path.join(PAGES, `${code}.md`), 'utf8').split('\n');
      return [code, { type: 'string', enum: LEVELS, markdownDescription: first }];
    }),
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = path.join(ROOT, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.contributes.configuration.properties['lossLab.severity'].properties = severityProperties();
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
