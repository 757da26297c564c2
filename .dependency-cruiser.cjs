// The house rules of architecture.md 3 as import rules. Types count too.
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file, or the shared part is a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'kernel-imports-zod-only',
      comment: 'The kernel is below everything; only zod is below it.',
      severity: 'error',
      from: { path: '^lib/kernel/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(lib/kernel/|node_modules/zod/)' },
    },
    {
      name: 'slices-stay-apart',
      comment:
        'Slices never import each other. Shared ids live in lib/kernel; what reacts across slices is a reactor; lib/stream joins the nouns.',
      severity: 'error',
      from: { path: '^lib/(?!(?:server|client|kernel|stream)/)([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/(?!kernel/)', pathNot: '^lib/$1/' },
    },
    {
      name: 'stream-joins-slices-only',
      comment: 'lib/stream joins the slices; it knows no adapter.',
      severity: 'error',
      from: { path: '^lib/stream/' },
      to: { path: '^(lib/(server|client)|components|stores|app|workers)/' },
    },
    {
      name: 'domain-knows-no-adapter',
      comment: 'Dependencies point inwards: app, components, stores, lib/client, lib/<slice>, lib/kernel.',
      severity: 'error',
      from: { path: '^lib/(?!server|client)' },
      to: { path: '^(app|components|stores|workers|generated|prisma)/' },
    },
    {
      name: 'browser-knows-no-server',
      comment: 'The browser meets the server only over HTTP and sockets.',
      severity: 'error',
      from: { path: '^(app|components|stores|lib/client)/' },
      to: { path: '^(lib/server|workers|generated|prisma)/' },
    },
    {
      name: 'server-knows-no-browser',
      comment: 'lib/server and workers run in plain Node; what both need belongs to a slice.',
      severity: 'error',
      from: { path: '^(lib/server|workers)/' },
      to: { path: '^(app|components|stores|lib/client)/' },
    },
    {
      name: 'client-below-stores',
      comment: 'lib/client is used by stores and components, never the other way.',
      severity: 'error',
      from: { path: '^lib/client/' },
      to: { path: '^(app|components|stores)/' },
    },
    {
      name: 'stores-below-components',
      comment: 'Stores are used by components, never the other way.',
      severity: 'error',
      from: { path: '^stores/' },
      to: { path: '^(app|components)/' },
    },
    {
      name: 'components-below-app',
      comment: 'Routes use components, never the other way.',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^app/' },
    },
    {
      name: 'only-workers-start-servers',
      comment: 'lib/server is started by workers; nothing in it imports its starter.',
      severity: 'error',
      from: { path: '^lib/server/' },
      to: { path: '^workers/' },
    },
    {
      name: 'code-knows-no-tests',
      comment: 'What tests share lives in tests/support and tests/fakes; code never imports it.',
      severity: 'error',
      from: { path: '^(app|components|stores|lib|workers|scripts)/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^tests/|\\.test\\.tsx?$' },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails at run time; write the extension.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(next-env)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules|^generated' },
    exclude: { path: '(^|/)(\\.next|\\.venv|\\.toolchain|\\.cache|node_modules/\\.cache)(/|$)' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'],
    },
  },
}
