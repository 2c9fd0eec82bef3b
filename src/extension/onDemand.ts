/**
 * The large parts that few sessions use: the rules with their pages and examples, workloads, Locust. They are a file of
 * their own in the package (see esbuild.mjs), as what is in the extension's main file is read by VS Code at every
 * activation. To be imported at the point of use: `await import('./onDemand.ts')`.
 */
export { importLocustRun } from '../app/importLocust.ts';
export { isLoopback, readLoadResult, readSlo, readWorkloadFile, workloadOfRun } from '../app/loadInputs.ts';
export { rulePage } from '../app/rules.ts';
