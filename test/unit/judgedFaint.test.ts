import assert from 'node:assert/strict';
import { python, saidOf as said, tool } from './support/saidOf.ts';

// what people who read findings of real servers said: what is true and weighs less than a warning

const asyncTool = (body: string, parameters = 'name: str') => `@mcp.tool()\nasync def run(${parameters}) -> str:\n${body}`;

describe('judged: what weighs less', () => {
  it('entries for things that somebody has set up, of which there is a handful', async () => {
    const kept = (key: string, more = '') => said('unbounded-cache', python('import hashlib, json', `kept = {}\nasync def ask(what):\n    return what\n${asyncTool(`${more}    kept[${key}] = await ask(${key})\n    return kept[${key}]\n`, 'device_id: str, workflow_id: str, user_id: str, query: str, thing: str')}`));
    for (const key of ['device_id', 'workflow_id', 'thing', '(device_id, workflow_id)']) assert.match((await kept(key)).join(), /^hint: /, key);
    for (const key of ['user_id', 'query', '(device_id, query)', 'hashlib.sha256(thing.encode()).hexdigest()', 'json.dumps(thing)']) assert.match((await kept(key)).join(), /^warning: /, key);
    assert.match((await kept('key', '    key = f"{device_id}:{query}"\n')).join(), /^warning: /, 'what it is made of');
    assert.match((await kept('key', '    key = f"{device_id}:{thing}"\n')).join(), /^hint: /);
  });

  it('the same of results that a decorator keeps', async () => {
    const kept = (parameter: string) => said('unbounded-cache', python('import functools', `@functools.cache\ndef load(${parameter}):\n    return [${parameter}]\n${asyncTool(`    return str(load(name))\n`)}`));
    assert.match((await kept('location')).join(), /^hint: /);
    assert.match((await kept('url')).join(), /^warning: /);
  });

  it('a file or a command where something else has failed, but no service', async () => {
    const text = (call: string) => python('import requests, subprocess', asyncTool(`    try:\n        return await ask(name)\n    except OSError:\n        return str(${call})\n`));
    for (const call of ['open(name).read()', 'subprocess.run(["make", name])']) assert.match((await said('blocking-call', text(call))).join(), /^hint: /, call);
    assert.match((await said('blocking-call', text('requests.get(name)'))).join(), /^warning: /);
    assert.match((await said('missing-timeout', text('requests.get(name)'))).join(), /^hint: /);
    assert.match((await said('missing-timeout', `async function first(args: any) { return { text: args.text }; }\n${tool("try { return await first(args); } catch { return await (await fetch('https://x')).json(); }")}`)).join(), /^hint: /);
  });
});
