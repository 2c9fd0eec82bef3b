import assert from 'node:assert/strict';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importLocustRun } from '../../src/app/importLocust.ts';
import { readLoadResult } from '../../src/app/loadInputs.ts';
import { listRuns } from '../../src/app/runs.ts';
import { UserError } from '../../src/model/errors.ts';

const recorded = globSync('test/servers/locust/*.json', { cwd: join(import.meta.dirname, '../..') }).map((name) => join(import.meta.dirname, '../..', name));

describe('a result of Locust as a run', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'mcp-locust-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is listed and opened like one of ours', async () => {
    assert.ok(recorded.length > 0, 'a recorded result');
    const { result, runDir } = await importLocustRun(recorded[0]!, folder);
    const [entry] = await listRuns(folder);
    assert.equal(entry?.dir, runDir);
    assert.ok(entry.load, 'as a load test');
    const read = await readLoadResult(runDir);
    assert.equal(read?.source, 'locust');
    assert.equal(read.id, entry.id);
    assert.deepEqual(read.responseUs, result.responseUs);
  });

  it('leaves nothing behind for a file that is none', async () => {
    const before = (await listRuns(folder)).length;
    await assert.rejects(importLocustRun(join(import.meta.dirname, '../../package.json'), folder), UserError);
    assert.equal((await listRuns(folder)).length, before);
  });
});
