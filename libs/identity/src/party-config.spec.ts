import { describe, expect, it } from '@jest/globals';
import { parsePartyConfig } from './party-config.js';

const complete = {
  WEFT_DATABASE_URL_FILE: 'coordinator/database-url',
  WEFT_GRPC_LISTEN: '127.0.0.1:47400',
  WEFT_KEYS_DIR: 'coordinator',
  WEFT_DIRECTORY_FILE: 'directory.json',
  WEFT_TRUST_FILE: 'trust.json',
};

describe('the configuration of every party', () => {
  it('is what the variables say, closed where they are silent', () => {
    expect(parsePartyConfig({ ...complete, WEFT_PARENT: ' ' })).toEqual({
      database: { urlFile: 'coordinator/database-url' },
      grpcListen: { host: '127.0.0.1', port: 47400 },
      keysDir: 'coordinator',
      directoryFile: 'directory.json',
      trustFile: 'trust.json',
      reflection: false,
      logListen: undefined,
      logPublic: false,
      metricsListen: undefined,
      followParent: false,
      logLevel: 'info',
    });
    expect(parsePartyConfig({ ...complete, WEFT_GRPC_LISTEN: '[::1]:1', WEFT_PARENT: 'ipc' })).toMatchObject({
      grpcListen: { host: '::1', port: 1 },
      followParent: true,
    });
  });

  it('sends traces nowhere unless it is told where, and says what is no collector', () => {
    expect(parsePartyConfig(complete).tracing).toBeUndefined();
    const endpoint = 'http://127.0.0.1:4318';
    const tracing = (change: object) =>
      parsePartyConfig({ ...complete, WEFT_OTLP_ENDPOINT: endpoint, ...change }).tracing;
    expect(tracing({})).toEqual({ endpoint, ratio: 1 });
    expect(tracing({ WEFT_TRACE_RATIO: '0.25' })).toEqual({ endpoint, ratio: 0.25 });
    for (const wrong of [
      '127.0.0.1:4318',
      'ftp://host',
      'https://user:secret@host',
      'http://host/?key=secret',
    ])
      expect(() => tracing({ WEFT_OTLP_ENDPOINT: wrong })).toThrow(/^WEFT_OTLP_ENDPOINT: (?!.*secret)/);
    for (const ratio of ['-0.1', '1.1', 'all'])
      expect(() => tracing({ WEFT_TRACE_RATIO: ratio })).toThrow(/^WEFT_TRACE_RATIO: is /);
  });

  it.each(Object.keys(complete))('names %s when it is missing', (name) => {
    expect(() => parsePartyConfig({ ...complete, [name]: '' })).toThrow(new RegExp(`^${name}: is n`));
  });

  it.each([
    ['WEFT_GRPC_LISTEN', 'secret-host'],
    ['WEFT_REFLECTION', 'secret-yes'],
    ['WEFT_DATABASE_URL', 'postgresql://coordinator:secret@127.0.0.1/weft'],
  ])('names a wrong %s and never prints its value', (name, value) => {
    const parse = () => parsePartyConfig({ ...complete, [name]: value });
    expect(parse).toThrow(/WEFT_/);
    expect(parse).not.toThrow(/secret/);
  });
});
