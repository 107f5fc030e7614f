/** What the set-up needs from the system, beside Node: installs it where it may (root on Debian), else says how. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { capture, run } from './run.mjs';

/** Debian's package, and how to see that it is there. */
const packages = {
  python3: () => onPath('python3'),
  'python3-pip': async () => (await capture('python3', ['-m', 'pip', '--version'])).code === 0,
  'g++': () => onPath('g++'),
  make: () => onPath('make'),
  'libkrb5-dev': () => existsSync('/usr/include/krb5.h'),
  chromium: () =>
    Boolean(process.env.LOSS_LAB_CHROMIUM) || ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].some(onPath),
  xvfb: () => Boolean(process.env.DISPLAY) || onPath('Xvfb'),
};

export const runtimePackages = ['python3', 'python3-pip', 'g++', 'make'];
export const workbenchPackages = ['chromium', 'python3', 'g++', 'make', 'libkrb5-dev'];
export const displayPackages = ['xvfb'];

/** Installs what is missing of `names` if that is possible; says what to do if it is not. Never fails: who needs a package reports its lack. */
export async function ensureSystemPackages(names, say) {
  if (process.platform !== 'linux') return;
  const missing = await findMissing(names);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    say(`Missing on this system: ${missing.join(', ')} (on Debian: sudo apt-get install ${missing.join(' ')})`);
    return;
  }
  say(`Installing ${missing.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  await run('apt-get', ['update', '-qq'], quiet);
  const code = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], quiet);
  if (code !== 0) say(`apt-get could not install them (status ${code})`);
}

async function findMissing(names) {
  const missing = [];
  for (const name of names) {
    if (!(await packages[name]())) missing.push(name);
  }
  return missing;
}

function onPath(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => folder !== '' && existsSync(path.join(folder, program)));
}
