/** Repeats a step that may fail while a page is still settling, for at most a minute; then it fails as the step did last. */
export async function until(what: string, step: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await new Promise((again) => setTimeout(again, 30))) {
    try {
      await step();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`Waited a minute until ${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}
