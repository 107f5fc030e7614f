/** `npm run code`: opens the examples in VS Code with the extension loaded: your own `code`, else a downloaded one, else code-server in a browser. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { loadTypeScript, root } from './modules.mjs';
import { capture } from './run.mjs';
import { provideWorkbench, setUp } from './setup.mjs';

const examples = path.join(root, 'examples');
/** The first free one; the same again next time, so that the address can be kept. */
const port = '8765-8785';

await setUp();
const own = await capture('code', ['--version']);
// code-server installs a `code` too, which cannot load an extension under development.
if (own.code === 0 && /^\d+\.\d+\.\d+\n/.test(own.stdout) && !process.env.LOSS_LAB_E2E) {
  open('code', 'your VS Code');
} else {
  await openAnother();
}

async function openAnother() {
  process.env.LOSS_LAB_E2E ||= 'electron';
  const host = await provideWorkbench(console.log, { needsChromium: false });
  if (host.kind === 'electron') open(host.executable, 'a downloaded VS Code');
  else if (host.kind === 'code-server') await serve(host);
  else {
    console.error(`No VS Code could be provided: ${host.reason}`);
    process.exitCode = 1;
  }
}

function open(program, name) {
  console.log(`Opening the examples in ${name}.`);
  const args = [`--extensionDevelopmentPath=${root}`, examples];
  spawn(program, args, { detached: true, stdio: 'ignore', shell: process.platform === 'win32' }).unref();
}

async function serve(host) {
  const { startCodeServer } = await loadTypeScript('test/support/codeServer.ts');
  const { runtimeCacheFolder } = await loadTypeScript('src/run/runtimeInstall.ts');
  const server = await startCodeServer(host, { dataFolder: path.join(runtimeCacheFolder(), 'workbench-data'), port });
  console.log(`\nOpen this address in a browser:\n\n  ${server.address(examples, root)}\n\nCtrl+C ends it.`);
}
