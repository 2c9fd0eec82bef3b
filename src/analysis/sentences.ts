import type { Sentence } from '../model/finding.ts';
import type { RunRecord } from '../model/run.ts';
import type { RequestRecord } from '../model/trace.ts';
import { gather, latencyUs, type Evidence, type SourceOf, type ToolEvidence } from './evidence.ts';
import { examine } from './measured.ts';
import type { Found } from './rule.ts';
import { linked, nameTools, say, type Figure, type Parts } from './say.ts';
import { largest, median, sum } from './statistics.ts';

const most = 5;
/** A tool without a finding is mentioned from this median on. */
const slowUs = 100_000;

/** The answer on top of every report: at most five sentences, what limits the run first, then by the time to be saved. */
export function writeSentences(run: RunRecord, requests: RequestRecord[], sourceOf?: SourceOf): Sentence[] {
  const evidence = gather(run, requests, sourceOf);
  const limits = [...interrupted(evidence), ...failing(evidence)];
  const room = most - limits.length;
  const findings = examine(evidence);
  const failures = new Set(failingTools(evidence).map((t) => t.name));
  // that they failed has been said
  const news = findings.filter(({ finding }) => !(finding.rule === 'budget-exceeded' && finding.tools.some((t) => failures.has(t)) && finding.figures.some((x) => x.label === 'calls that failed')));
  const stories = tell(evidence, news).slice(0, room);
  const stated = new Set(findings.flatMap((f) => f.finding.tools));
  const slow = waiting(evidence, stated).slice(0, room - stories.length);
  const body = [...stories, ...slow];
  const isAnswered = body.length > 0 || limits.length > 0;
  return [...limits, ...(isAnswered ? body : [nothing(evidence)])].map((parts) => ({ parts }));
}

/** One sentence per finding; what is slow about its tool stands before the first that concerns it. Of hints one per tool. */
function tell(evidence: Evidence, findings: Found[]): Parts[] {
  const introduced = new Set<string>();
  const worth = findings.filter((f, i) => f.finding.severity !== 'hint' || findings.findIndex((o) => o.finding.tools[0] === f.finding.tools[0]) === i);
  return worth.map(({ finding, sentence }) => {
    const name = finding.tools[0];
    const tool = finding.savedUsPerCall === null || name === undefined || introduced.has(name) ? undefined : evidence.tools.find((t) => t.name === name);
    if (!tool || tool.ok.length === 0) return sentence;
    introduced.add(tool.name);
    return say`\`${tool.name}\` takes ${spread(tool)}. ${sentence}`;
  });
}

/** Tools that no finding explains but whose calls are long. */
function waiting({ tools }: Evidence, stated: Set<string>): Parts[] {
  return tools
    .filter((t) => !stated.has(t.name) && (median(t.ok.map(latencyUs)) ?? 0) >= slowUs)
    .sort((a, b) => median(b.ok.map(latencyUs))! - median(a.ok.map(latencyUs))!)
    .map((tool) => {
      const total = sum(tool.ok.map(latencyUs));
      const cpu = tool.ok.every((r) => r.cpuUs != null) ? sum(tool.ok.map((r) => r.cpuUs!)) : null;
      const blocked = sum(tool.ok.map((r) => r.blockedByOthersUs ?? 0));
      if (cpu === null) return say`\`${tool.name}\` takes ${spread(tool)}; where that time goes was not measured.`;
      const parts: [number, string][] = [
        [Math.max(0, total - cpu - blocked), 'neither uses the CPU nor waits for other calls'],
        [blocked, 'is waiting for other calls on the main thread'],
        [cpu, 'is its own CPU, in short stretches'],
      ];
      const [us, what] = parts.reduce((a, b) => (b[0] > a[0] ? b : a));
      const share: Figure = { label: 'share', value: Math.min(1, us / total), unit: 'ratio', link: { to: 'tab', tab: 'timeline', tool: tool.name } };
      return say`\`${tool.name}\` takes ${spread(tool)}: ${share} of it ${what}.`;
    });
}

/** `p95 412 ms over 200 calls`; with too few calls for a percentile the median and the maximum, as such. */
function spread(tool: ToolEvidence): Parts {
  const { p95, p50 } = tool.summary.latencyUs;
  const values = tool.ok.map(latencyUs);
  const link = { to: 'tab' as const, tab: 'latency' as const, tool: tool.name };
  const us = (label: string, value: number): Figure => ({ label, value, unit: 'us', link });
  const calls: Figure = { label: 'calls', value: values.length, unit: 'count', link: { to: 'tab', tab: 'overview', tool: tool.name } };
  if (p95 !== null) return say`${us('p95', p95)} at p95 over ${calls} calls`;
  const slowest = us('max', largest(values));
  if (values.length === 1) return say`${slowest} in its only call`;
  return p50 === null ? say`at most ${slowest} in ${calls} calls` : say`${us('p50', p50)} at p50 and at most ${slowest} in ${calls} calls`;
}

/** A run that did not end by itself says less. */
function interrupted({ run, tools }: Evidence): Parts[] {
  const calls: Figure = { label: 'calls', value: sum(tools.map((t) => t.calls.length)), unit: 'count', link: { to: 'tab', tab: 'timeline' } };
  if (run.status === 'cancelled' && run.server.protocolVersion === null && calls.value === 0) return [say`The run was stopped before the server had answered initialize.`];
  if (run.status === 'cancelled') return [say`The run was stopped early: the figures are of the ${calls} calls made until then.`];
  if (run.status === 'failed') return [say`The run failed after ${calls} calls: ${run.failure?.message ?? 'the reason is not known'}`];
  return [];
}

/** Calls that failed are in no latency, and a tool that only fails is not measured at all. */
function failing(evidence: Evidence): Parts[] {
  const bad = failingTools(evidence);
  if (bad.length === 0) return [];
  const total = sum(bad.map((t) => t.calls.length));
  const failed = sum(bad.map((t) => t.calls.length - t.ok.length));
  const isErrors = sum(bad.map((t) => t.calls.filter((r) => r.outcome === 'toolError').length));
  const share: Figure = { label: 'failed', value: failed / total, unit: 'ratio', link: { to: 'tab', tab: 'trace', tool: bad[0]!.name } };
  const why = isErrors * 2 > failed ? ' (isError)' : '';
  const advice = isErrors * 2 > failed ? '; if their arguments were generated, give real ones' : '';
  return [say`${share} of the calls of ${nameTools(bad.map((t) => t.name))} failed${why} and are in no latency${advice}.`];
}

const failingTools = ({ tools }: Evidence): ToolEvidence[] => tools.filter((t) => t.calls.length > 0 && t.calls.length - t.ok.length >= 0.2 * t.calls.length);

function nothing({ tools }: Evidence): Parts {
  const measured = tools.filter((t) => t.ok.length > 0);
  const slowest = measured.sort((a, b) => median(b.ok.map(latencyUs))! - median(a.ok.map(latencyUs))!)[0];
  if (!slowest) return say`No call was measured, so nothing can be said.`;
  const count: Figure = { label: 'tools', value: measured.length, unit: 'count', link: { to: 'tab', tab: 'overview' } };
  const name = linked(`\`${slowest.name}\``, { to: 'tab', tab: 'latency', tool: slowest.name });
  return measured.length === 1
    ? say`Nothing stands out: ${name} takes ${spread(slowest)}.`
    : say`Nothing stands out: of ${count} tools the slowest, ${name}, takes ${spread(slowest)}.`;
}
