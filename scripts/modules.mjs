/** Lets scripts, which are plain JavaScript so that they run before anything is installed, use the project's TypeScript modules. */
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Bundles a TypeScript module of this project and loads it. Needs node_modules. */
export async function loadTypeScript(file) {
  const { build } = await import('esbuild');
  const outfile = path.join(root, 'node_modules/.cache/loss-lab', `${path.basename(file, '.ts')}.mjs`);
  await build({
    entryPoints: [path.join(root, file)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    absWorkingDir: root,
  });
  return import(pathToFileURL(outfile).href);
}
