/** Owns counted reasons, ranked by how often they occur. */

const SHOWN = 40;

export class Tally {
  private readonly entries = new Map<string, string[]>();

  /** Names in quotes are left out of the reason, so that equal reasons count together. */
  add(reason: string, example: string): void {
    const examples = this.entries.get(reason) ?? [];
    examples.push(example);
    this.entries.set(reason, examples);
  }

  count(reason: string): number {
    return this.entries.get(reason)?.length ?? 0;
  }

  print(title: string, withExamples: boolean): void {
    if (this.entries.size === 0) return;
    console.log(`\n${title}`);
    const ranked = [...this.entries].sort(([, a], [, b]) => b.length - a.length).slice(0, SHOWN);
    for (const [reason, examples] of ranked) {
      console.log(`${String(examples.length).padStart(5)}  ${reason}`);
      if (withExamples && reason !== 'equal') for (const example of examples.slice(0, 5)) console.log(`         ${example}`);
    }
  }
}
