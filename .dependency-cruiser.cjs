/** apps -> {fingerprint, similarity, evidence, report, persistence, rpc, identity, lifecycle, log-service, metrics, tracing, pattern-drawing} -> {registry, federation-log}; nothing points back. libs/audit stands beside the adapters, on the two cores alone. */
const adapters =
  '^libs/(fingerprint|similarity|evidence|report|persistence|rpc|identity|lifecycle|log-service|metrics|tracing|pattern-drawing)/';

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'libs-do-not-know-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'cores-know-only-themselves',
      severity: 'error',
      from: { path: '^libs/(registry|federation-log)/src/(?!.*\\.spec\\.ts$)' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/$1/' },
    },
    {
      name: 'cores-are-pure',
      comment:
        'No framework, database, wire or operating system in the two cores; cryptography comes by jose.',
      severity: 'error',
      from: { path: '^libs/(registry|federation-log)/src/(?!.*\\.spec\\.ts$)' },
      to: {
        path: '^node_modules/|^(node:)?(fs|net|http|https|tls|child_process|worker_threads|crypto|os|path)$',
        pathNot: '^node_modules/(zod|jose|canonicalize)/',
      },
    },
    {
      name: 'audit-is-pure',
      comment: "The auditor's verifier runs in a browser too: the two cores, and no operating system.",
      severity: 'error',
      from: { path: '^libs/audit/src/(?!.*\\.spec\\.ts$)' },
      to: {
        path: '^libs/|^apps/|^node_modules/|^(node:)?(fs|net|http|https|tls|child_process|worker_threads|crypto|os|path|buffer|stream|util)(/|$)',
        pathNot: '^libs/(audit|registry|federation-log)/|^node_modules/(zod|jose)/',
      },
    },
    {
      name: 'only-apps-audit',
      severity: 'error',
      from: { path: '^libs/(?!audit/)' },
      to: { path: '^libs/audit/' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: {
        path: '^libs/(fingerprint|similarity|evidence|report|persistence|rpc|identity|lifecycle|log-service|metrics|tracing|pattern-drawing)/src/(?!.*\\.spec\\.ts$)',
      },
      to: { path: adapters, pathNot: '^libs/$1/' },
    },
    {
      name: 'libs-by-their-index',
      severity: 'error',
      from: { path: '^(apps|test)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'other-libs-by-their-index',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test/|\\.spec\\.ts$' },
    },
    {
      name: 'typeorm-in-persistence-only',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/persistence/|^apps/[^/]+/src/[^/]*module\\.ts$' },
      to: { path: '^node_modules/(typeorm|@nestjs/typeorm|pg)/' },
    },
    {
      name: 'nest-in-apps-only',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/rpc/src/generated/' },
      to: { path: '^node_modules/@nestjs/' },
    },
    {
      name: 'console-is-for-browsers',
      comment:
        'The console runs in a browser: of this repository the pure libraries alone, and no operating system.',
      severity: 'error',
      from: { path: '^apps/console/src/' },
      to: {
        path: '^libs/|^(node:)?(fs|net|http|https|tls|child_process|worker_threads|crypto|os|path|buffer|stream|util)(/|$)',
        pathNot: '^libs/(registry|federation-log|audit)/',
      },
    },
    {
      name: 'only-the-console-draws-pages',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^apps/console/' },
      to: { path: '^node_modules/(react|react-dom|antd|vite|@ant-design)/' },
    },
    {
      name: 'apps-do-not-know-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.weft)/|/training/' },
    enhancedResolveOptions: {
      conditionNames: ['types', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
    extraExtensionsToScan: [],
  },
};
