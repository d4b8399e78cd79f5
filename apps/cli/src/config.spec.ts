import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

describe('configuration', () => {
  it('has defaults, and takes an empty variable for none', () => {
    expect(readConfig({ WEFT_HOME: ' ' })).toMatchObject({
      home: undefined,
      portBase: 27_400,
      nodeUrl: undefined,
    });
  });

  it('reads the databases of single provinces', () => {
    const url = 'postgresql://weft:secret@db.example/weft';
    expect([...readConfig({ WEFT_DATABASE_URL_ZHEJIANG: url }).databaseUrls]).toEqual([['zhejiang', url]]);
  });

  it.each([
    ['WEFT_PORT_BASE', '70000'],
    ['WEFT_PORT_BASE', 'a-secret'],
    ['WEFT_NODE_URL', 'ftp://a-secret'],
    ['WEFT_POSTGRES_ADMIN_URL', 'mysql://a-secret@host'],
    ['WEFT_DATABASE_URL_JIANGSU', 'a-secret'],
  ])('names %s when it is wrong, and never its value', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(new RegExp(`^${name}: `));
    expect(read).not.toThrow(new RegExp(value));
  });
});
