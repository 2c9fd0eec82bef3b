import type { Finding } from '../../src/model/finding.ts';

const evidence = ['confirmed', 'measured', 'static'];
const severity = ['error', 'warning', 'information', 'hint'];

/** Confirmed first, then by what a call could save, then by severity. */
export function orderFindings(findings: readonly Finding[]): Finding[] {
  const isConfirmed = (f: Finding) => (f.evidence === 'confirmed' ? 0 : 1);
  return findings.toSorted(
    (a, b) =>
      isConfirmed(a) - isConfirmed(b) ||
      (b.savedUsPerCall ?? -1) - (a.savedUsPerCall ?? -1) ||
      severity.indexOf(a.severity) - severity.indexOf(b.severity) ||
      evidence.indexOf(a.evidence) - evidence.indexOf(b.evidence),
  );
}
