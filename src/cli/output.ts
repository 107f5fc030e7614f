/** Owns what a command of the command line yields: a text for standard output and the exit status. */

export interface Output {
  readonly text: string;
  /** 0: fine. 1: problems of severity error, or the evaluation failed. 2: wrong usage. */
  readonly status: 0 | 1 | 2;
}
