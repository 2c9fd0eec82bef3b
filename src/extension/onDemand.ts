/**
 * The large parts that few sessions use: workloads and load results. They are a file of their own in the package (see
 * esbuild.mjs), as what is in the extension's main file is read by VS Code at every activation. To be imported at the
 * point of use: `await import('./onDemand.ts')`. Loading it holds up the extension host, so what is larger still belongs
 * elsewhere: rules to the worker of the analysis and to the engine, their pages to `dist/rules`.
 */
export { isLoopback, readLoadResult, readSlo, readWorkloadFile, workloadOfRun } from '../app/loadInputs.ts';
