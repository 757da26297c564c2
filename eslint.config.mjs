// Lint as teacher: every ban names what to use instead. Rules are errors or off.
import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const CLOCKS = [
  { name: 'fetch', message: 'Take a port as an argument; the adapter lives in lib/server or lib/client.' },
  { name: 'setTimeout', message: 'Domain code does not wait. Take the time as a value; timers belong to adapters.' },
  { name: 'setInterval', message: 'Domain code does not wait. Timers belong to adapters.' },
  { name: 'setImmediate', message: 'Domain code does not wait. Timers belong to adapters.' },
  { name: 'performance', message: 'Take a Clock from lib/kernel/ports.ts.' },
  { name: 'crypto', message: 'Take Random or NewId from lib/kernel; hashes come in as a Sha256 port.' },
  { name: 'process', message: 'Settings are parsed once in lib/server/env.ts and handed in.' },
  { name: 'window', message: 'Domain code runs in Node too; take what you need as an argument.' },
  { name: 'document', message: 'Domain code runs in Node too; take what you need as an argument.' },
  { name: 'localStorage', message: 'Storage is an adapter: lib/client.' },
]
const MOMENTS = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Take a Clock from lib/kernel/ports.ts as an argument.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take a Clock from lib/kernel/ports.ts as an argument; new Date(ms) is fine.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take a Random from lib/kernel/ports.ts as an argument.',
  },
]
const ENUMS = [
  { selector: 'TSEnumDeclaration', message: 'Node strips types and cannot run enums; use a const array and z.enum.' },
  {
    selector: 'TSParameterProperty',
    message: 'Node strips types and cannot run parameter properties; write the field and assign it.',
  },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that declares the thing.' },
]
// One way out (security.md F6): whatever connects to another machine goes through lib/server/outbound/outbound.ts.
const WAY_OUT = 'Connect through services.outbound (lib/server/outbound/outbound.ts): it checks every address.'
const OUTBOUND_GLOBALS = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'].map((name) => ({
  name,
  message: WAY_OUT,
}))
const clientNames = {
  http: ['request', 'get', 'Agent', 'globalAgent', 'ClientRequest', 'default'],
  https: ['request', 'get', 'Agent', 'globalAgent', 'default'],
  http2: ['connect', 'default'],
  net: ['connect', 'createConnection', 'Socket', 'Stream', 'default'],
  tls: ['connect', 'TLSSocket', 'default'],
  dgram: ['createSocket', 'Socket', 'default'],
}
const OUTBOUND_IMPORTS = {
  paths: [
    ...Object.entries(clientNames).flatMap(([name, importNames]) =>
      [name, `node:${name}`].map((path) => ({ name: path, importNames, message: WAY_OUT, allowTypeImports: true })),
    ),
    { name: 'undici', message: WAY_OUT },
    { name: 'ws', importNames: ['WebSocket', 'default'], message: WAY_OUT, allowTypeImports: true },
    { name: 'socket.io-client', message: WAY_OUT },
  ],
  patterns: [
    {
      group: ['axios', 'got', 'node-fetch', 'ky', 'superagent', 'request', 'needle', 'cross-fetch'],
      message: WAY_OUT,
    },
  ],
}
/** Libraries that connect by themselves, and the one place each is used in. */
const CONNECTING = [
  {
    group: ['nodemailer', 'nodemailer/*'],
    message: 'Mail goes through services.mail (lib/server/auth/mail.ts) to the server the operator named.',
    usedIn: 'lib/server/auth/mail.ts',
  },
  {
    group: ['openid-client', 'oauth4webapi'],
    message: 'It brings a fetch of its own; only lib/server/auth/oidc-client.ts uses it, with the checked one.',
    usedIn: 'lib/server/auth/oidc-client.ts',
  },
  {
    group: ['@redis/*', 'redis', 'ioredis'],
    message: 'Only lib/server/limits/counters.ts connects to the Redis the operator named.',
    usedIn: 'lib/server/limits/counters.ts',
  },
  {
    group: ['@anthropic-ai/*', 'openai', 'openai/*', 'ollama', 'ollama/*'],
    message: 'Model libraries bring a fetch of their own; only the adapters in lib/server/llm use them, with io.fetch.',
    usedIn: 'lib/server/llm/*.ts',
  },
]

/** Nothing that connects, but for what one place may use. */
function restrictedImports(usedHere) {
  const others = CONNECTING.filter((one) => one !== usedHere).map(({ group, message }) => ({ group, message }))
  const { paths, patterns } = OUTBOUND_IMPORTS
  return { '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns: [...patterns, ...others] }] }
}
const OUTBOUND_SYNTAX = [
  {
    selector:
      'MemberExpression[object.name=/^(globalThis|global|self)$/][property.name=/^(fetch|WebSocket|EventSource|XMLHttpRequest)$/]',
    message: WAY_OUT,
  },
  {
    selector: 'ImportExpression[source.value=/^(node:)?(http|https|http2|net|tls|dgram)$|^(undici|ws|axios)$/]',
    message: WAY_OUT,
  },
  {
    selector:
      'CallExpression[callee.name=/^(require|nodeRequire)$/][arguments.0.value=/^(node:)?(http|https|http2|net|tls|dgram)$|^(undici|ws|axios)$/]',
    message: WAY_OUT,
  },
  {
    selector: "CallExpression[callee.name='discovery']:not(:has(Property[computed=true][key.name='customFetch']))",
    message: 'The sign-in client gets the checked fetch as [customFetch]; its own would go round the address check.',
  },
  {
    selector:
      "NewExpression[callee.name=/^(Anthropic|OpenAI|Ollama)$/]:not(:has(Property[key.name='fetch'][value.object.name='io'][value.property.name='fetch']))",
    message: 'A model library gets `fetch: io.fetch`; its own would go round the address check.',
  },
]
const DOMAIN_IMPORTS = {
  patterns: [
    {
      group: ['react', 'react-dom', 'react/*', 'next', 'next/*'],
      message: 'The domain knows no screen: components/ and stores/ use it.',
    },
    {
      group: ['node:*', 'fs', 'path', 'crypto'],
      message: 'The domain knows no machine: put the adapter in lib/server and take a port.',
    },
    {
      group: ['@prisma/*', '#generated/*', 'better-sqlite3'],
      message: 'The domain knows no database: put the adapter in lib/server and take a port.',
    },
    {
      group: ['#lib/server/*', '#lib/client/*', '#components/*', '#stores/*', '#workers/*'],
      message: 'Dependencies point inwards: adapters import the domain, never the other way.',
    },
  ],
}
const BROWSER_IMPORTS = {
  patterns: [
    {
      group: ['#lib/server/*', '#workers/*', '#generated/*', '#prisma/*'],
      message: 'The browser meets the server only over HTTP and sockets: use lib/client/api.ts.',
    },
    {
      group: ['node:*', '@prisma/*', 'better-sqlite3'],
      message: 'This runs in the browser; put it in lib/server behind a route.',
    },
  ],
}

export default tseslint.config(
  {
    ignores: [
      '.next/',
      '.loom/',
      '.toolchain/',
      '.cache/',
      '.venv/',
      '**/.venv/',
      'generated/',
      'coverage/',
      'test-results/',
      'playwright-report/',
      'next-env.d.ts',
      'public/',
      'workers/gpu/',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // TypeScript finds undefined names itself, with types.
      'no-undef': 'off',
      'no-console': 'off',
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': ['error', ...ENUMS],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-unused-expressions': ['error', { allowTernary: true, allowShortCircuit: true }],
      // An interface that only names a type parameter or extends is how module types are widened.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/server/**', 'lib/client/**', '**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', ...CLOCKS],
      'no-restricted-syntax': ['error', ...ENUMS, ...MOMENTS],
      'no-restricted-imports': ['error', DOMAIN_IMPORTS],
    },
  },
  {
    files: ['lib/kernel/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...DOMAIN_IMPORTS.patterns,
            { group: ['#lib/*', '!#lib/kernel/**'], message: 'The kernel imports zod only.' },
          ],
        },
      ],
    },
  },
  {
    files: ['app/**/*.{ts,tsx}', 'components/**/*.{ts,tsx}', 'stores/**/*.ts', 'lib/client/**/*.ts'],
    ignores: ['**/*.test.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-imports': ['error', BROWSER_IMPORTS],
    },
  },
  {
    files: ['components/**/*.{ts,tsx}', 'app/**/*.{ts,tsx}'],
    ignores: ['**/*.test.{ts,tsx}', 'components/messages/**', 'app/layout.tsx'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Use api() of lib/client/api.ts; components do not fetch.' },
      ],
      'no-restricted-syntax': [
        'error',
        ...ENUMS,
        {
          selector: 'JSXText[value=/[A-Za-z]{2}/]',
          message: 'Words on the screen live in components/messages; read messages.<area>.x.',
        },
        {
          selector:
            'JSXAttribute[name.name=/^(aria-label|title|placeholder|alt|label)$/] > Literal[value=/[A-Za-z]{2}/]',
          message: 'Words on the screen live in components/messages; read messages.<area>.x.',
        },
      ],
    },
  },
  {
    files: ['lib/server/**/*.ts', 'workers/**/*.ts'],
    ignores: ['**/*.test.ts', 'lib/server/outbound/outbound.ts'],
    rules: {
      'no-restricted-globals': ['error', ...OUTBOUND_GLOBALS],
      'no-restricted-syntax': ['error', ...ENUMS, ...OUTBOUND_SYNTAX],
      ...restrictedImports(),
    },
  },
  ...CONNECTING.map((one) => ({ files: [one.usedIn], ignores: ['**/*.test.ts'], rules: restrictedImports(one) })),
  {
    files: ['**/*.mjs', '**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
)
