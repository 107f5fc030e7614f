/**
 * `npm run coverage`: how much of what TensorFlow, Keras and Python offer to a loss the API tables know, by family, with what is missing by
 * name. The families are lists of names, scripts/apiLists/*.tsv.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadTypeScript, root } from './modules.mjs';
import { installDependencies } from './setup.mjs';
import { tableOf } from './table.mjs';

await installDependencies();
const { LIBRARY } = await loadTypeScript('src/api/library.ts');
const tensor = { kind: 'tensor', node: 0, type: { shape: [2, 3], dtype: 'float32' }, flavor: 'tensor' };
const folder = path.join(root, 'scripts/apiLists');
const families = readdirSync(folder)
  .filter((name) => name.endsWith('.tsv'))
  .sort()
  .map(familyOf);
console.log(
  tableOf(
    ['family', 'known', 'listed', ''],
    families.map(({ name, known, listed }) => [name, String(known), String(listed), `${Math.floor((100 * known) / listed)} %`]),
  ),
);
for (const { name, missing } of families) {
  if (missing.length > 0) console.log(`\nmissing in ${name} (${missing.length}): ${missing.join(', ')}`);
}

function familyOf(file) {
  const rows = readFileSync(path.join(folder, file), 'utf8').trim().split('\n').slice(1);
  const missing = [];
  for (const row of rows) {
    const [name, keras] = row.split('\t');
    if (!isKnown(name, keras === 'none' ? keras : Number(keras))) missing.push(name);
  }
  return { name: path.basename(file, '.tsv'), known: rows.length - missing.length, listed: rows.length, missing };
}

/** Names that start with a point are members of tensors. */
function isKnown(name, keras) {
  if (name.startsWith('.')) return LIBRARY.tensorMember(tensor, name.slice(1)) !== undefined;
  return LIBRARY.resolve(name, keras).kind !== 'unknown';
}
