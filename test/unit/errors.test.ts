import assert from 'node:assert/strict';
import type * as errors from '../../src/model/errors.ts';
import { toFailure, UserError } from '../../src/model/errors.ts';

describe('UserError', () => {
  it('is one also when it comes from another bundle', async () => {
    // a query makes it another module, as each bundle is
    const specifier = '../../src/model/errors.ts?other';
    const other = (await import(specifier)) as typeof errors;
    assert.notEqual(other.UserError, UserError);
    const error: unknown = new other.UserError('bad-config', 'It is broken.', 'Mend it.');
    assert.ok(error instanceof UserError);
    assert.deepEqual(toFailure(error), { code: 'bad-config', message: 'It is broken.', hint: 'Mend it.' });
  });

  it('is no other error, and no other thing', () => {
    for (const value of [new Error('It is broken.'), { name: 'UserError' }, null, undefined]) assert.equal(value instanceof UserError, false);
    assert.equal(toFailure(new TypeError('x is undefined')).code, 'bug');
  });
});
