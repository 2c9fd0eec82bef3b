/** The path of a frame's script: a path for file URLs, otherwise the URL as V8 has it (`node:fs`, `` for natives). */
export function fileOf(url: string): string {
  if (!url.startsWith('file://')) return url;
  const path = decode(url.slice('file://'.length));
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

/** True for the author's own code: on disk, and neither Node's internals nor an installed package. */
export function isOwn(file: string): boolean {
  return /^(\/|[A-Za-z]:[\\/])/.test(file) && !/[\\/]node_modules[\\/]/.test(file);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a lone % that is part of a file's name
  }
}
