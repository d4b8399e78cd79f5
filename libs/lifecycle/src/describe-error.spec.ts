import { describeError } from './describe-error.js';

describe('an error in the log', () => {
  it('keeps its kind, message and causes, and none of the values of a failed statement', () => {
    const failed = Object.assign(new TypeError('duplicate key'), {
      parameters: ['王小明'],
      driverError: { detail: 'Key (owner)=(王小明) exists' },
    });
    const described = describeError(new Error('could not file', { cause: failed }));
    expect(described).toMatchObject({
      type: 'Error',
      message: 'could not file',
      cause: { type: 'TypeError', message: 'duplicate key' },
    });
    expect(JSON.stringify(described)).not.toContain('王小明');
  });

  it('takes what is no error', () => {
    expect(describeError('gone')).toEqual({ type: 'string', message: 'gone' });
  });
});
