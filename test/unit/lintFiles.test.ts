import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { readProjects } from '../../src/app/lint/projects.ts';
import { isCompiled, readSource } from '../../src/app/lint/readSource.ts';
import { isBelow, walk } from '../../src/app/lint/walk.ts';

let folder: string;
const make = (files: Record<string, string>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};
const below = (paths: string[]) => walk(paths.map((p) => join(folder, p))).files.map((f) => relative(folder, f).replaceAll('\\', '/'));

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mcp-lint-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('files to analyse', () => {
  it('are sources of ours, and none of what others wrote, a program wrote, or tests', () => {
    const wanted = ['a.ts', 'b.mjs', 'c.py', 'src/d.tsx', 'src/testing.ts', 'src/latest.py', 'src/env/e.py'];
    const others = ['readme.md', 'x.d.ts', 'x.min.js', 'node_modules/p/i.js', 'dist/i.js', '.venv/lib/x.py', 'myenv/pyvenv.cfg', 'myenv/x.py', '.claude/worktrees/a/x.py', '.worktrees/b/x.ts', 'lib/site-packages/x.py', '__pycache__/x.py', 'tests/x.py', 'src/__tests__/x.ts', 'src/a.test.ts', 'src/a.spec.mjs', 'test_x.py', 'x_test.py', 'conftest.py'];
    make(Object.fromEntries([...wanted, ...others].map((path) => [path, ''])));
    assert.deepEqual(below(['.']).sort(), wanted.sort());
    for (const path of wanted) assert.ok(isBelow(join(folder, path), [folder]), path);
    for (const path of others) assert.ok(!isBelow(join(folder, path), [folder]), path);
  });
  it('what is named itself is taken as it is', () => {
    make({ 'tests/a.py': '', 'dist/b.js': '', 'c.test.ts': '' });
    assert.deepEqual(below(['tests', 'dist', 'c.test.ts', 'tests/a.py']), ['tests/a.py', 'dist/b.js', 'c.test.ts']);
  });
  it('keep to .gitignore: nested, with exceptions, and from the root of the repository', () => {
    make({ '.git/HEAD': '', '.gitignore': 'generated/\n*.gen.ts\n/pkg/secret.ts\n', 'a.ts': '', 'a.gen.ts': '', 'generated/x.ts': '', 'pkg/secret.ts': '', 'pkg/b.ts': '', 'pkg/.gitignore': '!keep.gen.ts\nlocal.ts\n', 'pkg/keep.gen.ts': '', 'pkg/local.ts': '' });
    assert.deepEqual(below(['.']), ['a.ts', 'pkg/b.ts', 'pkg/keep.gen.ts']);
    assert.deepEqual(below(['pkg']), ['pkg/b.ts', 'pkg/keep.gen.ts']);
    assert.deepEqual(below(['generated']), ['generated/x.ts'], 'an ignored folder that is named is wanted');
    assert.ok(!isBelow(join(folder, 'pkg/local.ts'), [folder]));
    assert.ok(isBelow(join(folder, 'pkg/keep.gen.ts'), [folder]));
  });
  it('a link that leads in a circle is not followed', () => {
    make({ 'src/a.ts': '' });
    symlinkSync(folder, join(folder, 'src/again'), 'dir');
    assert.deepEqual(below(['.']), ['src/a.ts']);
    assert.ok(!isBelow(join(folder, 'src/again/src/a.ts'), [folder]));
  });
  it('are text of a size that people write', () => {
    const reason = (text: string | Buffer) => {
      writeFileSync(join(folder, 'x.ts'), text);
      const source = readSource(join(folder, 'x.ts'));
      return 'reason' in source ? source.reason : source.text;
    };
    assert.equal(reason('\ufeffconst a = 1;'), 'const a = 1;');
    assert.match(reason(Buffer.from([0x7f, 0x45, 0, 0])), /not text/);
    assert.match(reason('a;\n'.repeat(400_000)), /larger than 1 MB/);
    assert.match(reason(`const a = [${'1,'.repeat(10_000)}];`), /minified/);
    assert.match(JSON.stringify(readSource(join(folder, 'missing.ts'))), /ENOENT/);
    assert.ok(isCompiled('a.js', 'x();\n//# sourceMappingURL=a.js.map\n'));
    assert.ok(!isCompiled('a.js', 'x();\n'));
  });
});

describe('projects', () => {
  const project = (path = '.') => {
    const { manifests } = walk([folder]);
    return readProjects([folder], manifests).find((p) => p.root === join(folder, path))!;
  };
  const manifest = (dependencies: Record<string, string>, more: object = {}) => JSON.stringify({ name: 'mine', dependencies, ...more });

  it('take versions as installed, else as locked, else the lowest allowed', () => {
    make({
      'package.json': manifest({ a: '^1.0.0', b: '^2.1.0', c: '~3.2', d: 'workspace:*', e: '>=4 <6' }, { imports: { '#x': './x.js' } }),
      'node_modules/a/package.json': '{"version":"1.9.1"}',
      'package-lock.json': JSON.stringify({ packages: { 'node_modules/a': { version: '1.2.0' }, 'node_modules/b': { version: '2.5.0' } } }),
    });
    const { name, versions, packageImports } = project();
    assert.deepEqual([name, versions, packageImports], ['mine', { a: '1.9.1', b: '2.5.0', c: '3.2', e: '4' }, { '#x': './x.js' }]);
  });
  it('read every lock file of npm, pnpm, yarn and bun', () => {
    const locks: Record<string, string> = {
      'package-lock.json': '{"lockfileVersion":1,"dependencies":{"@s/a":{"version":"1.2.3"}}}',
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      '@s/a':\n        specifier: ^1.0.0\n        version: 1.2.3(zod@3.0.0)\n      other:\n        specifier: ^7.0.0\n        version: 7.7.7\npackages:\n  '@s/a@9.9.9':\n    resolution: {}\n",
      'yarn.lock': '# yarn lockfile v1\n\n"@s/a@^0.5.0":\n  version "0.5.5"\n\n"@s/a@^1.0.0", "@s/a@^1.1.0":\n  version "1.2.3"\n',
      'bun.lock': '{ "packages": { "@s/a": ["@s/a@1.2.3", "", {}, "sha"], } }',
    };
    for (const [name, text] of Object.entries(locks)) {
      make({ 'package.json': manifest({ '@s/a': '^1.0.0' }), [name]: text });
      assert.deepEqual(project().versions, { '@s/a': '1.2.3' }, name);
      rmSync(join(folder, name));
    }
    make({ 'yarn.lock': '__metadata:\n  version: 8\n\n"@s/a@npm:^1.0.0":\n  version: 1.2.3\n  resolution: x\n' });
    assert.deepEqual(project().versions, { '@s/a': '1.2.3' });
  });
  it('in a workspace inherit from the one around them', () => {
    make({
      '.git/HEAD': '',
      'package.json': manifest({ a: '^1.0.0' }),
      'pnpm-lock.yaml': 'importers:\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: 1.1.1\n  packages/p:\n    dependencies:\n      b:\n        specifier: ^2.0.0\n        version: 2.2.2\n',
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": "." } }',
      'packages/p/package.json': JSON.stringify({ name: 'p', dependencies: { b: '^2.0.0' } }),
    });
    const { name, versions, baseUrl } = project('packages/p');
    assert.deepEqual([name, versions, baseUrl], ['p', { a: '1.1.1', b: '2.2.2' }, folder]);
  });
  it('follow what tsconfig.json extends, and make its paths absolute', () => {
    make({
      'tsconfig.json': '{ // with a comment\n "extends": ["./base", "@org/cfg/tsconfig.json"], "compilerOptions": { "paths": { "@/*": ["./src/*"] } }, }',
      'base.json': '{ "extends": "./tsconfig.json", "compilerOptions": { "baseUrl": "./lib", "paths": { "old": ["x"] } } }',
      'node_modules/@org/cfg/tsconfig.json': '{}',
    });
    const { baseUrl, paths } = project();
    assert.deepEqual([baseUrl, paths], [join(folder, 'lib'), { '@/*': [join(folder, 'lib/src/*')] }]);
  });
  it('of Python: environment, lock files, requirements, and where modules are', () => {
    make({
      'pyproject.toml': '[project]\nname = "srv"\ndependencies = ["mcp>=1.2,<2", "FastMCP~=2.3", "httpx[http2]==0.27.0; python_version > \'3.9\'", "anyio", "redis>=5.0", "rich>13, !=14.0"]\n[tool.setuptools.packages.find]\nwhere = ["lib"]\n',
      'requirements-dev.txt': 'pytest==8.1.0  # comment\n-r other.txt\n',
      'src/x.py': '',
    });
    const { name, versions, pythonRoots } = project();
    assert.deepEqual(versions, { mcp: '1.2', fastmcp: '2.3', httpx: '0.27.0', pytest: '8.1.0' });
    assert.deepEqual([name, pythonRoots], ['srv', [folder, join(folder, 'src'), join(folder, 'lib')]]);
    make({ 'uv.lock': '[[package]]\nname = "mcp"\nversion = "1.9.4"\n[[package]]\nname = "httpx"\nversion = "0.20.0"\n' });
    assert.equal(project().versions['mcp'], '1.9.4');
    assert.equal(project().versions['httpx'], '0.27.0', 'an old lock');
    make({ '.venv/lib/python3.12/site-packages/mcp-1.10.1.dist-info/METADATA': '', '.venv/lib/python3.12/site-packages/Typing_Extensions-4.1.dist-info/METADATA': '' });
    assert.equal(project().versions['mcp'], '1.10.1');
    assert.equal(project().versions['typing-extensions'], '4.1');
  });
  it('of Python: which modules its commands start, and which are named where one reads how to start them', () => {
    make({ 'pyproject.toml': '[project]\nname = "srv"\n[project.scripts]\nsrv = "srv.server:main"\n[tool.poetry.scripts]\nold = "srv.old:main"\n', 'README.md': 'Run `python -m debug`, `python tools/extra.py` or `uvicorn web:app`.\n', 'Dockerfile': 'CMD ["srv.docker"]\n', 'notes.txt': 'other.py' });
    const { commands } = project();
    assert.deepEqual(commands?.modules, ['srv.server', 'srv.old']);
    assert.deepEqual(['debug', 'extra', 'web', 'docker', 'other', 'Run'].filter((one) => commands.named.has(one)), ['debug', 'extra', 'web', 'docker']);
    make({ 'pyproject.toml': '[project]\nname = "srv"\n', 'setup.py': "setup(entry_points={'console_scripts': ['srv=srv.cli:main']})" });
    assert.deepEqual(project().commands?.modules, ['srv.cli']);
    make({ 'setup.py': '' });
    assert.equal(project().commands, undefined);
  });
  it('of Python without a lock: the newest that the range lets in', () => {
    const of = (range: string) => {
      make({ 'pyproject.toml': `[project]\nname = "srv"\ndependencies = ["fastmcp${range}"]\n` });
      return project().versions['fastmcp'];
    };
    const expected = { '>=2.14.0,<4': '3', '>=2.14,<3': '2.14', '<3.0.0': '2', '<=3.2': '3', '>=2,!=2.5,<3.4': '3', '~=2.1': '2.1', '==2.*': '2', '==2.*,<4': '2', '>=2.14': undefined, '>2,!=3.0': undefined, '': undefined };
    for (const [range, version] of Object.entries(expected)) assert.equal(of(range), version, range);
    make({ 'pyproject.toml': '[tool.poetry]\nname = "srv"\n[tool.poetry.dependencies]\nfastmcp = "^2.3"\nmcp = ">=1.2,<3.0"\nhttpx = "*"\n' });
    assert.deepEqual(project().versions, { fastmcp: '2.3', mcp: '2' });
  });
  it('broken manifests say nothing, and a folder without any is a project by its name', () => {
    make({ 'a.ts': '' });
    assert.equal(readProjects([folder], [])[0]!.root, folder);
    make({ 'package.json': '{ "name": "half', 'pyproject.toml': '[project\n', 'tsconfig.json': '[', 'package-lock.json': 'x' });
    assert.deepEqual(project().versions, {});
  });
});
