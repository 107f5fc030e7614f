/** Every snippet, left as it is inserted: Loss Lab finds its loss, finds no fault, and evaluates it on its sample batch. */
import { expect, it } from 'vitest';
import { executeRun } from '../../../src/run/execute';
import { batchFor, runRequest } from '../../../src/workspace/runRequest';
import { analysisOfText } from '../../support/analyses';
import { testBackend } from '../../support/graphs';
import { expand, snippetsOf } from '../../support/snippets';

const HEADERS = {
  python: 'import keras\nimport tensorflow as tf\n\n\n',
  typescript: "import * as tf from '@tensorflow/tfjs';\n\n",
  javascript: "import * as tf from '@tensorflow/tfjs';\n\n",
} as const;

const backend = await testBackend('cpu');
const hooks = { progress: () => undefined, cancelled: () => false, now: () => performance.now() };

for (const [language, header] of Object.entries(HEADERS)) {
  it.each(snippetsOf(language))(`${language}: $name`, async ({ body }) => {
    const analysis = analysisOfText(`${header}${expand(body)}\n`, language === 'python' ? 'python' : 'javascript');
    const { losses, problems } = analysis.file;
    expect(problems.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
    expect(losses).toHaveLength(1);
    const [checked] = losses;
    const closure = analysis.closure();
    if (checked === undefined || closure === undefined) throw new Error('no loss');
    expect(checked).toMatchObject({ assumed: 'comment', gaps: [] });
    expect(checked.returns).not.toBeNull();
    const batch = await batchFor(checked, analysis.file.document);
    const answer = executeRun(runRequest({ closure, loss: checked.name, checked, batch, keras: 'auto' }), backend, hooks);
    expect(answer).toMatchObject({ ok: true });
    if (answer.ok) expect(Number.isFinite(answer.result.reduced)).toBe(true);
  });
}
