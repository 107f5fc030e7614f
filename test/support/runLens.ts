/** Owns clicking "Run on sample batch" over a file's loss until the panel is there. */
import type { Workbench } from './workbench';

/** VS Code first shows the lenses that it remembers of a file, which do nothing yet: a person would click again, too. */
export async function runLens(workbench: Workbench, file: string, loss: string): Promise<void> {
  await workbench.openFile(file);
  const tab = workbench.page.locator(`.tab[data-resource-name="Loss: ${loss}"], .tab[aria-label^="Loss: ${loss}"]`).first();
  for (let attempt = 0; attempt < 8; attempt++) {
    await workbench.codeLens('Run on sample batch').click({ timeout: 60_000 });
    const shown = await tab.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (shown) return;
  }
  throw new Error(`no panel for ${loss}\n${workbench.extensionLog()}`);
}
