import { dirname } from 'node:path';
import type { Project } from './program.ts';

/** Finds the project of a file: the one with the nearest root above it. */
export function createProjects(projects: readonly Project[]): (file: string) => Project {
  const byRoot = new Map(projects.map((p) => [p.root, p]));
  const known = new Map<string, Project>();

  function ofFolder(folder: string): Project {
    let project = known.get(folder);
    if (!project) {
      const above = dirname(folder);
      project = byRoot.get(folder) ?? (above === folder ? (byRoot.get('') ?? unknownProject) : ofFolder(above));
      known.set(folder, project);
    }
    return project;
  }
  return (file) => ofFolder(dirname(file));
}

/** Of files that lie beside every project. */
const unknownProject: Project = { root: '', name: '', versions: {}, baseUrl: null, paths: {}, packageImports: null, packageExports: null, pythonRoots: [] };
