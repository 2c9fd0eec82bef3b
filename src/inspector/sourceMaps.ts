import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodedMappings, FlattenMap, LEAST_UPPER_BOUND, originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping';
import type { CallFrame, CpuProfile, HeapProfile } from '../model/profile.ts';

export interface ScriptInfo {
  url: string;
  /** A `data:` URL, or a URL relative to the script's. */
  sourceMapUrl: string;
}

/** A generated line that stands for more lines of the author's than this was minified: it says nothing. */
const mostLinesPerLine = 3;

/**
 * Puts the author's files, lines and names into a CPU profile, in place: `url` becomes an absolute path, lines of
 * functions and of samples those of the source. What has no source map, or whose source is not on this machine, keeps
 * its generated position.
 */
export function mapCpuProfile(profile: CpuProfile, scripts: ReadonlyMap<string, ScriptInfo>): void {
  const mapper = createMapper(scripts);
  for (const node of profile.nodes) {
    const generated = node.callFrame;
    node.callFrame = mapper.frame(generated);
    if (!node.positionTicks || node.callFrame.url === generated.url) continue;
    const ticks = new Map<number, number>();
    for (const { line, ticks: count } of node.positionTicks) {
      const mapped = mapper.line(generated, line, node.callFrame);
      ticks.set(mapped, (ticks.get(mapped) ?? 0) + count);
    }
    node.positionTicks = [...ticks].map(([line, count]) => ({ line, ticks: count }));
  }
}

/** The same for an allocation profile. */
export function mapHeapProfile(profile: HeapProfile, scripts: ReadonlyMap<string, ScriptInfo>): void {
  const mapper = createMapper(scripts);
  const left = [profile.head];
  for (let node = left.pop(); node; node = left.pop()) {
    node.callFrame = mapper.frame(node.callFrame);
    for (const child of node.children) left.push(child);
  }
}

function createMapper(scripts: ReadonlyMap<string, ScriptInfo>) {
  const maps = new Map<string, TraceMap | null>();
  const paths = new Map<string, string | null>();

  function mapOf(scriptId: string): TraceMap | null {
    let map = maps.get(scriptId);
    if (map === undefined) {
      const script = scripts.get(scriptId);
      maps.set(scriptId, (map = script ? load(script) : null));
    }
    return map;
  }
  /**
   * The source as a path of this machine; null where it is not here. Libraries ship source maps without sources: in a
   * bundle of the author's their paths at least say that the code is not the author's.
   */
  function pathOf(source: string | null, generatedUrl: string): string | null {
    if (source === null) return null;
    let path = paths.get(source);
    if (path === undefined) {
      const candidate = toPath(source);
      paths.set(source, (path = existsSync(candidate) || (isInstalled(candidate) && !isInstalled(generatedUrl)) ? candidate : null));
    }
    return path;
  }

  return {
    frame(frame: CallFrame): CallFrame {
      const map = mapOf(frame.scriptId);
      if (map) {
        const at = { line: frame.lineNumber + 1, column: frame.columnNumber };
        let original = originalPositionFor(map, at);
        if (original.source === null) original = originalPositionFor(map, { ...at, bias: LEAST_UPPER_BOUND });
        const url = pathOf(original.source, frame.url);
        if (url !== null && original.line !== null) {
          const functionName = frame.functionName !== '' && original.name !== null ? original.name : frame.functionName;
          return { functionName, scriptId: frame.scriptId, url, lineNumber: original.line - 1, columnNumber: original.column };
        }
      }
      return frame.url.startsWith('file:') ? { ...frame, url: toPath(frame.url) } : frame;
    },
    /** The source line (1-based) of a sample on generated `line` (1-based) in a function; its first line if unsure. */
    line(generated: CallFrame, line: number, mapped: CallFrame): number {
      const map = mapOf(generated.scriptId);
      if (!map) return line;
      const segments = decodedMappings(map)[line - 1] ?? [];
      const from = line === generated.lineNumber + 1 ? generated.columnNumber : 0;
      const lines = new Set<number>();
      for (const segment of segments) {
        if (segment.length === 1 || segment[0] < from) continue;
        if (pathOf(map.resolvedSources[segment[1]] ?? null, generated.url) === mapped.url) lines.add(segment[2] + 1);
        if (lines.size > mostLinesPerLine) break;
      }
      const [first] = lines;
      return first === undefined || lines.size > mostLinesPerLine ? mapped.lineNumber + 1 : first;
    },
  };
}

function load({ url, sourceMapUrl }: ScriptInfo): TraceMap | null {
  try {
    if (sourceMapUrl.startsWith('data:')) {
      const comma = sourceMapUrl.indexOf(',');
      const body = sourceMapUrl.slice(comma + 1);
      const text = sourceMapUrl.slice(0, comma).endsWith(';base64') ? Buffer.from(body, 'base64').toString('utf8') : decodeURIComponent(body);
      return new FlattenMap(text, url);
    }
    const mapUrl = new URL(sourceMapUrl, toUrl(url));
    return new FlattenMap(readFileSync(mapUrl, 'utf8'), mapUrl.href);
  } catch {
    return null; // not there or not a source map: generated positions are still positions
  }
}

const isInstalled = (path: string) => /[\\/]node_modules[\\/]/.test(path);

const toUrl = (pathOrUrl: string) => (/^[a-z]{2,}:/i.test(pathOrUrl) ? pathOrUrl : `file://${pathOrUrl.startsWith('/') ? '' : '/'}${pathOrUrl.replaceAll('\\', '/')}`);

function toPath(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url; // a file of another machine
  }
}
