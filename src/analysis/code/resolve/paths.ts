/** Paths as text with `/`: the analysis touches no file system. */

export const folderOf = (file: string): string => file.slice(0, Math.max(file.lastIndexOf('/'), 0));

/** `relative` seen from `folder`, without `.` and `..`. */
export function joinPath(folder: string, relative: string): string {
  const parts = relative.startsWith('/') ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const path = parts.join('/');
  return relative.startsWith('/') ? `/${path}` : path;
}
