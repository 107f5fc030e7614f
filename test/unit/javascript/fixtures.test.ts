/** Fixtures in TypeScript, in the form of those in Python; their fixes remove what they fix. */
import { describe, expect, it } from 'vitest';
import { withEdits } from '../../support/checkSource';
import { differences, scriptSections } from '../../support/fixtures';
import { checkScript, TFJS_HEADER } from '../../support/javascript';

describe('fixtures of TensorFlow.js', () => {
  for (const section of scriptSections(TFJS_HEADER)) {
    it(section.title, () => {
      const found = checkScript(section.text);
      expect(differences(section, found)).toEqual([]);
      for (const problem of found.problems) {
        for (const fix of problem.fixes) {
          const after = checkScript(withEdits(section.text, fix.edits)).problems.map(({ code }) => code);
          expect(after, fix.title).not.toContain(problem.code);
        }
      }
    });
  }
});
