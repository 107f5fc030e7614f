/**
 * The second route to tfjs-node, for machines that reach npm and a Python package index but not Google's storage: TensorFlow's C libraries
 * out of the wheel `tensorflow-cpu`, and the addon compiled against them.
 */
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './runCommand';
import { findProgram, type InstallSteps } from './runtimeSteps';

export const tensorflowVersion = '2.21.0';

/** Any CPython's wheel serves, since only its C files are used: this one is asked for where pip's own Python is too new or too old. */
const anyPython = ['--python-version', '3.12', '--implementation', 'cp', '--abi', 'cp312'];

/** Copies the libraries and headers out of the wheel, a block at a time: one of the libraries has 788 MB. */
const extractor = `
import os, shutil, sys, zipfile
wheel, folder = sys.argv[1:]
wanted = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        if entry.is_dir() or not (entry.filename in wanted or entry.filename.startswith('tensorflow/include/')):
            continue
        target = os.path.join(folder, os.path.relpath(entry.filename, 'tensorflow'))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(entry) as source, open(target, 'wb') as out:
            shutil.copyfileobj(source, out, 1 << 20)
for name in wanted:
    if not os.path.exists(os.path.join(folder, os.path.basename(name))):
        sys.exit('the wheel holds no ' + name)
`;

/** Gives the package in `packageFolder` its libraries and its addon. Throws an Error with a message for the user. */
export async function installFromWheel(packageFolder: string, steps: InstallSteps): Promise<void> {
  if (process.platform !== 'linux') throw new Error('the route through the tensorflow-cpu wheel exists for Linux only');
  const python = await findPython();
  const missing = ['make', 'g++'].filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) throw new Error(`${missing.join(' and ')} not found (on Debian: apt-get install g++ make)`);

  const deps = path.join(packageFolder, 'deps');
  const download = path.join(packageFolder, 'wheel');
  const wheel = await downloadWheel(python, download, steps);
  steps.progress('Unpacking the TensorFlow libraries');
  const unpacked = await runCommand(python, ['-c', extractor, wheel, deps], { signal: steps.signal });
  if (!unpacked.ok) throw new Error(`unpacking ${path.basename(wheel)} failed: ${unpacked.tail}`);
  await rm(download, { recursive: true, force: true });

  await linkLibraries(deps);
  await buildAddon(packageFolder, python, steps);
  // Only the compiler needs the headers: 100 MB.
  await rm(path.join(deps, 'include'), { recursive: true, force: true });
}

async function findPython(): Promise<string> {
  const python = ['python3', 'python'].find((program) => findProgram(program) !== undefined);
  if (python === undefined) throw new Error('python3 not found (on Debian: apt-get install python3 python3-pip)');
  const pip = await runCommand(python, ['-m', 'pip', '--version'], { timeoutMs: 60_000 });
  if (!pip.ok) throw new Error('pip not found (on Debian: apt-get install python3-pip)');
  return python;
}

async function downloadWheel(python: string, folder: string, steps: InstallSteps): Promise<string> {
  await mkdir(folder, { recursive: true });
  const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--progress-bar', 'off', '--dest', folder];
  const wanted = `tensorflow-cpu==${tensorflowVersion}`;
  const label = `Downloading TensorFlow ${tensorflowVersion}`;
  steps.progress(label);
  // pip downloads into the temporary folder first: ours, so that its growth can be shown and nothing is left behind.
  const env = { ...process.env, TMPDIR: folder };
  const timer = setInterval(() => {
    void sizeOf(folder).then((bytes) => steps.progress(`${label}: ${Math.round(bytes / 1e6)} MB`));
  }, 3000);
  try {
    let result = await runCommand(python, [...pip, wanted], { env, signal: steps.signal });
    if (!result.ok && !steps.signal?.aborted) {
      const platform = `manylinux_2_27_${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`;
      result = await runCommand(python, [...pip, ...anyPython, '--platform', platform, wanted], { env, signal: steps.signal });
    }
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (!result.ok || wheel === undefined) throw new Error(`the wheel ${wanted} could not be downloaded: ${result.tail}`);
    return path.join(folder, wheel);
  } finally {
    clearInterval(timer);
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  return sizes.reduce((sum, file) => sum + (file?.isFile() ? file.size : 0), 0);
}

/** The names by which the addon's linker and loader ask for the libraries. Relative, so that the folder can be moved. */
async function linkLibraries(deps: string): Promise<void> {
  const lib = path.join(deps, 'lib');
  await mkdir(lib, { recursive: true });
  const links: readonly (readonly [string, string])[] = [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow.so.2', 'libtensorflow_cc.so.2'],
    ['libtensorflow_cc.so.2', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
    ['libtensorflow_framework.so.2', 'libtensorflow_framework.so.2'],
  ];
  for (const [name, target] of links) await symlink(path.join('..', target), path.join(lib, name));
}

async function buildAddon(packageFolder: string, python: string, steps: InstallSteps): Promise<void> {
  steps.progress('Compiling the TensorFlow addon');
  const out = path.join(packageFolder, 'lib', 'napi-v8');
  const headers = await nodeHeaders();
  const args = [
    nodeGyp(),
    'rebuild',
    '--module_name=tfjs_binding',
    `--module_path=${out}`,
    `--module=${path.join(out, 'tfjs_binding.node')}`,
    '--napi_version=9',
    '--napi_build_version=8',
    `--python=${python}`,
    ...(headers === undefined ? [] : [`--nodedir=${headers}`]),
  ];
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const built = await runCommand(process.execPath, args, { cwd: packageFolder, env, signal: steps.signal, timeoutMs: 600_000 });
  if (!built.ok) throw new Error(`compiling the TensorFlow addon failed: ${built.tail}`);
  await rm(path.join(packageFolder, 'build'), { recursive: true, force: true });
}

/** The node-gyp that npm brings. */
function nodeGyp(): string {
  const npm = findProgram('npm');
  const cli = npm === undefined ? undefined : realpathSync(npm);
  const script = cli && path.join(path.dirname(cli), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  if (script === undefined || !existsSync(script)) throw new Error("npm's node-gyp not found");
  return script;
}

/** Where Node's headers are installed; without them node-gyp downloads some. */
async function nodeHeaders(): Promise<string | undefined> {
  const setting = await runCommand('npm', ['config', 'get', 'nodedir'], { timeoutMs: 60_000 });
  const node = findProgram('node');
  const prefixes = [setting.stdout.trim(), node === undefined ? '' : path.dirname(path.dirname(realpathSync(node)))];
  return prefixes.find((prefix) => prefix !== '' && existsSync(path.join(prefix, 'include', 'node', 'node_api.h')));
}
