/** The command line: reads what is asked, runs the command, prints, and ends with its exit status. */
import { HELP, parseCommand, UsageError } from './cli/options';
import type { Output } from './cli/output';

async function outputOf(args: readonly string[]): Promise<Output> {
  const command = parseCommand(args);
  switch (command.command) {
    case 'help':
      return { text: HELP, status: 0 };
    case 'version':
      return { text: (await import('./cli/version')).VERSION, status: 0 };
    case 'check':
      return (await import('./cli/check')).check(command);
    case 'run':
      return (await import('./cli/run')).run(command);
  }
}

/** Whatever goes wrong is one message; programs that asked for JSON get it as JSON. */
function failureOutput(error: unknown, args: readonly string[]): Output & { readonly stream: 'stdout' | 'stderr' } {
  const usage = error instanceof UsageError;
  const text = error instanceof Error ? error.message : String(error);
  const message = usage ? text : `Loss Lab failed: ${text}`;
  const status = usage ? 2 : 1;
  if (args.includes('--json'))
    return { text: JSON.stringify({ version: 1, error: { kind: usage ? 'usage' : 'crash', message } }), status, stream: 'stdout' };
  return { text: `loss-lab: ${message}`, status, stream: 'stderr' };
}

function print(stream: 'stdout' | 'stderr', { text, status }: Output): void {
  // The reader of a pipe may be gone (`| head`).
  process[stream].on('error', () => process.exit(status));
  // Ending at once: whatever still runs (a child that loads its backend) is of no more use.
  process[stream].write(text.endsWith('\n') ? text : `${text}\n`, () => process.exit(status));
}

const args = process.argv.slice(2);
outputOf(args).then(
  (output) => print('stdout', output),
  (error: unknown) => {
    const failure = failureOutput(error, args);
    print(failure.stream, failure);
  },
);
