/**
 * What `npm start` and `npm test` do first, from a bare clone on: installs the dependencies, builds, provides the native runtime, and for
 * tests a VS Code. Each step is skipped when its result is there. Before the first has run, only Node's built-ins exist.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadTypeScript, root } from './modules.mjs';
import { run } from './run.mjs';
import { displayPackages, ensureSystemPackages, runtimePackages, workbenchPackages } from './systemPackages.mjs';

const oldestNode = [20, 17];

/** Returns the runtime and, for tests, the VS Code host; ends the process when the project cannot be built. */
export async function setUp({ tests = false, say = console.log } = {}) {
  checkNode();
  // An orderly exit, so that programs which an installation has started end with it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  await installDependencies(say);
  await build();
  const runtime = await provideRuntime(say);
  const workbench = tests ? await provideWorkbench(say) : undefined;
  return { runtime, workbench };
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  stop(`Loss Lab needs Node ${oldestNode.join('.')} or newer; this is ${process.version}.`);
}

export async function installDependencies(say = console.log) {
  if (isInstalled()) return;
  say('Installing the dependencies (npm ci)');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) stop('npm ci failed.');
}

/** Whether node_modules is what the lockfile says; npm leaves an account of it. Optional packages may be absent. */
function isInstalled() {
  const account = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(account)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(account, 'utf8')).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '') return true;
    const found = installed[name];
    return found === undefined ? entry.optional || entry.devOptional || entry.peer : found.version === entry.version;
  });
}

export async function build(args = []) {
  const code = await run(process.execPath, ['esbuild.mjs', ...args], { shell: false });
  if (code !== 0) stop('The build failed.');
}

async function provideRuntime(say) {
  const install = await loadTypeScript('src/run/runtimeInstall.ts');
  if (install.cachedRuntime() === undefined) await ensureSystemPackages(runtimePackages, say);
  const runtime = await install.provideRuntime({ projectFolder: root, onProgress: say });
  if (runtime.unavailable) say(`No native TensorFlow runtime (${runtime.unavailable}); losses are evaluated on the bundled cpu backend.`);
  return runtime;
}

export async function provideWorkbench(say, { needsChromium = true } = {}) {
  const prefer = process.env.LOSS_LAB_E2E || undefined;
  const needed = prefer === 'electron' ? displayPackages : workbenchPackages;
  await ensureSystemPackages(needed, say);
  const { provideWorkbench: provide } = await loadTypeScript('test/support/workbenchInstall.ts');
  return provide({ progress: say, prefer, needsChromium });
}

function stop(message) {
  console.error(message);
  process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { runtime, workbench } = await setUp({ tests: true });
  console.log(
    runtime.unavailable
      ? 'backend: cpu'
      : `backend: tensorflow ${runtime.tensorflow} (tfjs-node ${runtime.version}, ${runtime.route} route)`,
  );
  console.log(workbench.kind === 'none' ? `no VS Code for end-to-end tests: ${workbench.reason}` : `end-to-end tests: ${workbench.kind}`);
}
