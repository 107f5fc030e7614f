/** `npm run package`: a VSIX of the production build, checked for its size and for native binaries, which the extension fetches when asked to. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './modules.mjs';
import { capture, run } from './run.mjs';
import { installDependencies } from './setup.mjs';

const sizeLimit = 3e6;

await installDependencies();
// vsce itself calls the production build (vscode:prepublish); nothing of a development build may stay.
rmSync(path.join(root, 'dist'), { recursive: true, force: true });

const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const vsix = `${name}-${version}.vsix`;
const vsce = ['node_modules/@vscode/vsce/vsce'];
// Everything is bundled, so no node_modules; the README's links stay relative, for want of a public repository.
const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix];
const packaged = await run(process.execPath, [...vsce, 'package', ...flags], { shell: false });
if (packaged !== 0) process.exit(packaged);

const listed = await capture(process.execPath, [...vsce, 'ls', '--no-dependencies'], { shell: false });
const native = listed.stdout.split('\n').filter((file) => /\.(node|so|dll|dylib)(\.\d+)*$/.test(file));
const bytes = statSync(path.join(root, vsix)).size;
console.log(`${vsix}: ${(bytes / 1e6).toFixed(2)} MB`);
if (native.length > 0) fail(`It contains native binaries: ${native.join(', ')}`);
if (bytes >= sizeLimit) fail(`It is larger than ${sizeLimit / 1e6} MB.`);

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
