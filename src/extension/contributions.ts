import type { Severity } from '../model/finding.ts';

/**
 * Every id that package.json and the code share, once. test/unit/contributions.test.ts holds the two against each other.
 */
export const commands = {
  profileServer: 'mcpProfiler.profileServer',
  profileCommand: 'mcpProfiler.profileCommand',
  profileUrl: 'mcpProfiler.profileUrl',
  profileSample: 'mcpProfiler.profileSample',
  profileAgain: 'mcpProfiler.profileAgain',
  profileTool: 'mcpProfiler.profileTool',
  loadTestServer: 'mcpProfiler.loadTestServer',
  loadTestSample: 'mcpProfiler.loadTestSample',
  loadTestAgain: 'mcpProfiler.loadTestAgain',
  saveWorkload: 'mcpProfiler.saveWorkload',
  importLocust: 'mcpProfiler.importLocust',
  stop: 'mcpProfiler.stop',
  openRun: 'mcpProfiler.openRun',
  openLastRun: 'mcpProfiler.openLastRun',
  renameRun: 'mcpProfiler.renameRun',
  deleteRun: 'mcpProfiler.deleteRun',
  exportRun: 'mcpProfiler.exportRun',
  revealRun: 'mcpProfiler.revealRun',
  openCpuProfile: 'mcpProfiler.openCpuProfile',
  openServerConfiguration: 'mcpProfiler.openServerConfiguration',
  addServer: 'mcpProfiler.addServer',
  refreshServers: 'mcpProfiler.refreshServers',
  refreshRuns: 'mcpProfiler.refreshRuns',
  toggleEditorHints: 'mcpProfiler.toggleEditorHints',
  showRule: 'mcpProfiler.showRule',
  showFindings: 'mcpProfiler.showFindings',
  peekFindings: 'mcpProfiler.peekFindings',
  suppressFinding: 'mcpProfiler.suppressFinding',
  revealHandler: 'mcpProfiler.revealHandler',
  checkAgain: 'mcpProfiler.checkAgain',
  forgetInputs: 'mcpProfiler.forgetInputs',
  showOutput: 'mcpProfiler.showOutput',
} as const;

export const views = {
  container: 'mcpProfiler',
  servers: 'mcpProfiler.servers',
  tools: 'mcpProfiler.tools',
  runs: 'mcpProfiler.runs',
} as const;

export const panelType = 'mcpProfiler.panel';

/** Keys below `mcpProfiler.`; the types are those of package.json. */
export interface SettingTypes {
  callsPerTool: number;
  concurrency: number;
  cpu: boolean;
  heap: boolean;
  protocol: 'legacy' | 'modern';
  /** Seconds. */
  requestTimeout: number;
  /** Seconds. */
  initializeTimeout: number;
  keepBodies: boolean;
  budgets: Record<string, number>;
  outDir: string;
  editorHints: boolean;
  rules: Record<string, Severity | 'off'>;
  handlers: string[];
  /** Calls per second. */
  'load.maxRate': number;
  /** Seconds. */
  'load.maxDuration': number;
  'load.maxProcesses': number;
  'stubs.samplingText': string;
  'stubs.elicitation': 'accept' | 'decline' | 'cancel';
}
export const section = 'mcpProfiler';
export const settings = [
  'callsPerTool',
  'concurrency',
  'cpu',
  'heap',
  'protocol',
  'requestTimeout',
  'initializeTimeout',
  'keepBodies',
  'budgets',
  'outDir',
  'editorHints',
  'rules',
  'handlers',
  'load.maxRate',
  'load.maxDuration',
  'load.maxProcesses',
  'stubs.samplingText',
  'stubs.elicitation',
] as const satisfies readonly (keyof SettingTypes)[];

/** Context keys of `when` clauses that we set. */
export const contexts = {
  /** A run is going on. */
  running: 'mcpProfiler.running',
  /** The servers were looked for, so an empty view is an answer. */
  serversLoaded: 'mcpProfiler.serversLoaded',
  runsLoaded: 'mcpProfiler.runsLoaded',
  /** The sources were read once. */
  codeRead: 'mcpProfiler.codeRead',
} as const;

/** `contextValue` of tree items. */
export const items = {
  server: 'mcpProfiler.server',
  /** Of an untrusted workspace: shown, not startable. */
  blockedServer: 'mcpProfiler.blockedServer',
  tool: 'mcpProfiler.tool',
  /** A tool that no run has measured yet. */
  codeTool: 'mcpProfiler.codeTool',
  run: 'mcpProfiler.run',
  loadRun: 'mcpProfiler.loadRun',
} as const;

export const walkthrough = 'mcpProfiler.firstProfile';
/** Scheme of the pages that explain a rule. */
export const ruleScheme = 'mcp-profiler-rule';
