import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Parsers } from '../../analysis/code/parse.ts';
import { createAnalysis, type Analysis, type AnalysisReport } from '../../analysis/lint.ts';
import { applyChanges } from '../../analysis/edits.ts';
import { rules } from '../../analysis/rules/index.ts';
import type { CodeFinding, Fix, TextChange } from '../../model/lint.ts';
import { readProjects } from './projects.ts';
import type { LintRequest, LintUpdate, Progress } from './protocol.ts';
import { generatedReason, isCompiled, readSource } from './readSource.ts';
import { isBelow, manifestNames, walk } from './walk.ts';

/** Lock files change what is known of a project as its manifest does. */
const lockFile = /^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|uv\.lock|poetry\.lock|pdm\.lock|requirements.*\.(?:txt|in)|tsconfig.*\.json)$/;

export type Working = (on: string | null, files: number, progress: Progress | null) => void;

/** What the worker does, without being one: keeps an analysis of some paths up to date and tells what has changed. */
export interface LintSession {
  /** @throws Error before the first `open`. */
  perform: (request: LintRequest) => LintUpdate;
  /** Of a finding as it was last told. */
  fixesOf: (findingId: string) => Fix[];
}

export function createSession(parsers: Parsers, working: Working): LintSession {
  let analysis: Analysis | null = null;
  let paths: string[] = [];
  /** Texts of what is open in the editor, and whether it is one of ours. */
  const documents = new Map<string, { text: string; isOurs: boolean }>();
  const skipped = new Map<string, string>();
  let told = new Map<string, string>();
  let toldHandlers = '';
  let started = 0;
  let readMs = 0;
  let withFixes = false;
  /** Sources of the last walk. */
  let fileCount = 0;
  /** While everything is made anew. */
  let progress: Progress | null = null;
  let ruleSteps = 0;
  /** Files that are to be left alone whatever becomes of them. */
  let blamed = new Set<string>();

  /** A part of the work begins. */
  function step(on: string | null) {
    working(on, fileCount, progress && { ...progress });
    // each group of projects goes through all rules; how many there are is not known at the beginning
    if (on === null && ++ruleSteps > rules.length) return;
    if (progress && progress.done < progress.total) progress.done++;
  }
  function add(file: string) {
    if (blamed.has(file)) return;
    const document = documents.get(file);
    if (document) {
      addText(file, document.text, true);
      return;
    }
    const begun = performance.now();
    const source = readSource(file);
    readMs += performance.now() - begun;
    if ('reason' in source) leave(file, source.reason);
    else if (isCompiled(file, source.text)) leave(file, 'was compiled from another file');
    else addText(file, source.text, false);
  }
  function addText(file: string, text: string, isOpen: boolean) {
    const reason = generatedReason(text);
    if (reason !== null) {
      leave(file, reason);
      return;
    }
    skipped.delete(file);
    if (isOpen) analysis!.update(file, text, []);
    else analysis!.update(file, text);
  }
  function leave(file: string, reason: string) {
    analysis!.remove(file);
    skipped.set(file, reason);
  }
  function drop(file: string) {
    analysis!.remove(file);
    skipped.delete(file);
  }

  function perform(request: LintRequest) {
    switch (request.do) {
      case 'open': {
        analysis = createAnalysis({ parsers, rules, settings: request.settings });
        paths = request.paths;
        withFixes = request.withFixes;
        told = new Map();
        toldHandlers = '';
        documents.clear();
        skipped.clear();
        for (const { file, text } of request.documents) documents.set(file, { text, isOurs: isBelow(file, paths) });
        blamed = new Set(request.skip.map(({ file }) => file));
        for (const { file, reason } of request.skip) skipped.set(file, reason);
        const found = walk(paths);
        for (const { file, reason } of found.skipped) skipped.set(file, reason);
        fileCount = found.files.length;
        progress = { done: 0, total: fileCount * (withFixes ? 3 : 2) + rules.length };
        ruleSteps = 0;
        working(null, fileCount, progress);
        analysis.setProjects(readProjects(paths, found.manifests));
        readMs = performance.now() - started;
        for (const file of found.files) {
          step(file);
          add(file);
        }
        return;
      }
      case 'settings':
        analysis!.setSettings(request.settings);
        return;
      case 'openDocument':
        documents.set(request.file, { text: request.text, isOurs: isBelow(request.file, paths) });
        if (!documents.get(request.file)!.isOurs) return;
        step(request.file);
        add(request.file);
        return;
      case 'edit':
        edit(request.file, request.changes);
        return;
      case 'closeDocument':
        if (documents.get(request.file)?.isOurs) {
          documents.delete(request.file);
          refresh(request.file);
        }
        documents.delete(request.file);
        return;
      case 'refresh':
        for (const file of request.files) refresh(file);
        if (request.files.some((file) => manifestNames.has(basename(file)) || lockFile.test(basename(file)))) analysis!.setProjects(readProjects(paths, walk(paths).manifests));
        return;
    }
  }
  function edit(file: string, changes: readonly TextChange[]) {
    const document = documents.get(file);
    if (!document) throw new Error(`${file} is edited, but was not opened`);
    document.text = applyChanges(document.text, changes);
    if (!document.isOurs) return;
    step(file);
    if (skipped.has(file) || generatedReason(document.text) !== null) add(file);
    else analysis!.update(file, document.text, changes);
  }
  function refresh(file: string) {
    if (documents.has(file)) return;
    if (isBelow(file, paths) && statSync(file, { throwIfNoEntry: false })?.isFile()) {
      step(file);
      add(file);
    } else {
      drop(file);
    }
  }

  return {
    perform(request) {
      started = performance.now();
      readMs = 0;
      if (!analysis && request.do !== 'open') throw new Error('nothing is open yet');
      progress = null;
      perform(request);
      return updateOf(analysis!.report(step));
    },
    fixesOf: (findingId) => analysis?.fixesOf(findingId) ?? [],
  };

  /** Compares with what was told before, so that an answer is as small as the change. */
  function updateOf(report: AnalysisReport): LintUpdate {
    const now = new Map<string, CodeFinding[]>();
    for (const bare of report.findings) {
      const ofFile = now.get(bare.file) ?? [];
      if (withFixes && ofFile.length === 0) step(bare.file);
      ofFile.push(withFixes ? { ...bare, fixes: analysis!.fixesOf(bare.id) } : bare);
      now.set(bare.file, ofFile);
    }
    const tellings = new Map([...now].map(([file, findings]) => [file, JSON.stringify(findings)]));
    const changed = [
      ...[...now].filter(([file]) => told.get(file) !== tellings.get(file)).map(([file, findings]) => ({ file, findings })),
      ...[...told.keys()].filter((file) => !now.has(file)).map((file) => ({ file, findings: [] })),
    ];
    told = tellings;
    const handlers = JSON.stringify(report.handlers);
    const sameHandlers = handlers === toldHandlers;
    toldHandlers = handlers;
    return {
      changed,
      handlers: sameHandlers ? null : report.handlers,
      files: report.files,
      skipped: [...[...skipped].map(([file, reason]) => ({ file, reason })), ...report.skipped],
      suppressed: report.suppressed,
      unusedSuppressions: report.unusedSuppressions,
      defects: report.defects,
      timings: { read: readMs, ...report.timings, total: performance.now() - started },
    };
  }
}
