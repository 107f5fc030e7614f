/** What the command line understands, and what it says when it does not. */
import { describe, expect, it } from 'vitest';
import { parseCommand, UsageError } from '../../../src/cli/options';

describe('parseCommand', () => {
  it('reads a run with everything', () => {
    const args =
      'run a.py --loss focal --set gamma=2.5 --set name=x --set weights=[1,2.5] --set flag=True --backend cpu --keras 2 --timeout 3 --json';
    expect(parseCommand(args.split(' '))).toMatchObject({
      command: 'run',
      path: 'a.py',
      loss: 'focal',
      settings: { gamma: 2.5, name: 'x', weights: [1, 2.5], flag: true },
      backend: 'cpu',
      keras: 2,
      timeoutMs: 3000,
      format: 'json',
      mode: 'traced',
    });
  });

  it('checks the current folder by default', () => {
    expect(parseCommand(['check'])).toEqual({ command: 'check', paths: ['.'], format: 'text', keras: 'auto', shapes: null });
  });

  it.each([
    [[], 'a command is missing'],
    [['chekc'], 'no command "chekc"'],
    [['run'], 'needs a file'],
    [['run', 'a.py', 'b.py'], 'one file, not 2'],
    [['run', 'a.py', '--keras', '4'], '--keras is 2, 3, auto, none'],
    [['run', 'a.py', '--set', 'x'], '--set is NAME=VALUE'],
    [['run', 'a.py', '--sarif'], 'no option --sarif'],
    [['check', '--json', '--sarif'], 'exclude each other'],
    [['check', '--frobnicate'], '--frobnicate'],
    [['run', 'a.py', '--timeout', 'soon'], 'number of seconds'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommand(args)).toThrow(UsageError);
    expect(() => parseCommand(args)).toThrow(message);
  });
});
