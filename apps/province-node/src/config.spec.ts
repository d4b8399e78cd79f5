import { StartError } from '#libs/identity';
import { parseConfig } from './config.js';

const ENV = {
  WEFT_PROVINCE: 'zhejiang',
  WEFT_DATABASE_URL_FILE: '/keys/database-url',
  WEFT_GRPC_LISTEN: '127.0.0.1:47401',
  WEFT_HTTP_LISTEN: '127.0.0.1:47411',
  WEFT_KEYS_DIR: '/keys',
  WEFT_DIRECTORY_FILE: '/federation/directory.json',
  WEFT_TRUST_FILE: '/federation/trust.json',
  WEFT_DATA_DIR: '/data',
};

const parse = (change: NodeJS.ProcessEnv = {}) => parseConfig({ ...ENV, ...change });

describe('the configuration', () => {
  it('needs eight variables and has safe defaults', () => {
    expect(parse({ PATH: '/bin', WEFT_REFLECTION: ' ' })).toEqual({
      province: 'zhejiang',
      askerQuestionsPerHour: 50_000,
      revocationsFile: undefined,
      database: { urlFile: '/keys/database-url' },
      grpcListen: { host: '127.0.0.1', port: 47401 },
      httpListen: { host: '127.0.0.1', port: 47411 },
      httpTls: undefined,
      keysDir: '/keys',
      directoryFile: '/federation/directory.json',
      trustFile: '/federation/trust.json',
      dataDir: '/data',
      reflection: false,
      logListen: undefined,
      logPublic: false,
      metricsListen: undefined,
      shareOwner: false,
      sharePictures: 'nothing',
      fourEyes: false,
      replica: false,
      keepCheckedPictures: true,
      workCalendarFile: undefined,
      withholdRepeat: false,
      checkBudgetMs: 8_000,
      fingerprintThreads: undefined,
      verifyCandidates: 50,
      verifyBudgetMs: 1_500,
      index: { kind: 'memory' },
      devPeople: false,
      followParent: false,
      logLevel: 'info',
    });
  });

  it.each(Object.keys(ENV))('says which variable is not set: %s', (name) => {
    expect(() => parse({ [name]: undefined })).toThrow(StartError);
    expect(() => parse({ [name]: undefined })).toThrow(new RegExp(`^${name}: is (not set|needed)`));
  });

  it.each([
    ['WEFT_PROVINCE', 'atlantis'],
    ['WEFT_GRPC_LISTEN', '47401'],
    ['WEFT_GRPC_LISTEN', 'localhost:99999'],
    ['WEFT_REFLECTION', 'yes'],
    ['WEFT_SHARE_OWNER', 'true'],
    ['WEFT_CHECK_BUDGET_MS', '99'],
    ['WEFT_CHECK_BUDGET_MS', '1h'],
    ['WEFT_FINGERPRINT_THREADS', '17'],
    ['WEFT_VERIFY_CANDIDATES', '0'],
    ['WEFT_VERIFY_CANDIDATES', '101'],
    ['WEFT_VERIFY_BUDGET_MS', '9'],
    ['WEFT_PARENT', 'init'],
  ])('names %s and not its value %s', (name, value) => {
    expect(() => parse({ [name]: value })).toThrow(new RegExp(`^${name}: `));
    expect(() => parse({ [name]: value })).not.toThrow(new RegExp(`${value}[^0-9]`));
  });

  it('takes the database from a file or from the environment, not from both', () => {
    const url = 'postgresql://weft:geheim@db/weft';
    expect(parse({ WEFT_DATABASE_URL_FILE: undefined, WEFT_DATABASE_URL: url }).database).toEqual({ url });
    expect(() => parse({ WEFT_DATABASE_URL: url })).toThrow(/^WEFT_DATABASE_URL_FILE: .*not both/);
    expect(() => parse({ WEFT_DATABASE_URL: url })).not.toThrow(/geheim/);
  });

  it.each(['0.0.0.0:80', '192.168.1.5:8080', '[::]:8080', 'node.example:443'])(
    'lets HTTP listen on %s only with TLS',
    (address) => {
      expect(() => parse({ WEFT_HTTP_LISTEN: address })).toThrow(/^WEFT_HTTP_LISTEN: .*WEFT_HTTP_TLS_CERT/);
      const tls = { WEFT_HTTP_TLS_CERT: '/tls.crt', WEFT_HTTP_TLS_KEY: '/tls.key' };
      expect(parse({ WEFT_HTTP_LISTEN: address, ...tls }).httpTls).toEqual({
        certFile: '/tls.crt',
        keyFile: '/tls.key',
      });
      expect(() => parse({ WEFT_HTTP_TLS_CERT: '/tls.crt' })).toThrow(/go together/);
    },
  );

  it('searches in a Milvus of the province where it is told to', () => {
    const milvus = { WEFT_INDEX: 'milvus', WEFT_MILVUS_ADDRESS: 'milvus.zj.example:19530' };
    expect(parse({ ...milvus, WEFT_MILVUS_TLS_CA: '/keys/milvus-ca.crt' }).index).toEqual({
      kind: 'milvus',
      address: 'milvus.zj.example:19530',
      database: undefined,
      credentialsFile: undefined,
      tlsCaFile: '/keys/milvus-ca.crt',
      timeoutMs: 2_000,
    });
    expect(() => parse({ WEFT_INDEX: 'milvus' })).toThrow(/^WEFT_MILVUS_ADDRESS: is needed/);
    expect(() => parse({ WEFT_MILVUS_ADDRESS: '127.0.0.1:19530' })).toThrow(/^WEFT_MILVUS_ADDRESS: /);
    expect(() => parse(milvus)).toThrow(/^WEFT_MILVUS_TLS_CA: /);
    expect(() => parse({ WEFT_INDEX: 'faiss' })).toThrow(/^WEFT_INDEX: is neither memory nor milvus/);
    expect(parse({ ...milvus, WEFT_MILVUS_ADDRESS: '127.0.0.1:19530' }).index.kind).toBe('milvus');
  });

  it.each(['127.0.0.1:1', 'localhost:1', '[::1]:1'])('lets HTTP listen on %s without', (address) => {
    expect(parse({ WEFT_HTTP_LISTEN: address }).httpTls).toBeUndefined();
  });
});
