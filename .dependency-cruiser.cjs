/**
 * The arrows of the architecture: who may import whom. "npm run check" refuses any other arrow.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
	forbidden: [
		{
			name: 'no-circles',
			comment:
				'Files that import each other, even types alone, are one file in several places: put what they share into a file of its own.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'imports-resolve',
			comment:
				'Every import leads to a file or to an installed package; clients and pages that tests run have their packages where they run.',
			severity: 'error',
			from: { pathNot: '^tests/(clients/.*[.]cjs|notebook/vscode-page/.*[.]mjs)$' },
			to: { couldNotResolve: true },
		},
		{
			name: 'contract-imports-nothing-of-ours',
			comment: 'The contract is the ground that everything else stands on.',
			severity: 'error',
			from: { path: '^packages/contract/' },
			to: { path: '^(packages|scripts|tests|bench)/', pathNot: '^packages/contract/' },
		},
		{
			name: 'client-knows-only-the-contract',
			severity: 'error',
			from: { path: '^packages/client/' },
			to: { path: '^(packages|scripts|tests|bench)/', pathNot: '^packages/(contract|client)/' },
		},
		{
			name: 'studio-knows-contract-and-client',
			severity: 'error',
			from: { path: '^packages/studio/' },
			to: { path: '^(packages|scripts|tests|bench)/', pathNot: '^packages/(contract|client|studio)/' },
		},
		{
			name: 'cli-knows-contract-client-and-the-front-of-the-server',
			comment: 'The command line starts a server through what @runstead/server exports, and reaches into nothing behind that.',
			severity: 'error',
			from: { path: '^packages/cli/', pathNot: '\\.test\\.ts$' },
			to: {
				path: '^(packages|scripts|tests|bench)/',
				pathNot: '^packages/(contract|client|cli)/|^packages/server/src/(index|server-file|machine-id|make-folder)\\.ts$',
			},
		},
		{
			name: 'server-knows-only-the-contract',
			comment: 'Tests may use the client as any program would.',
			severity: 'error',
			from: { path: '^packages/server/', pathNot: '\\.test\\.ts$|/testing/' },
			to: { path: '^(packages|scripts|tests|bench)/', pathNot: '^packages/(contract|server)/' },
		},
		{
			name: 'capability-imports-no-door',
			comment: 'A door translates a foreign protocol to capabilities; a capability does not know that doors exist.',
			severity: 'error',
			from: { path: '^packages/server/src/(capabilities|storage|live|engines)/' },
			to: { path: '^packages/server/src/doors/' },
		},
		{
			name: 'capability-reaches-another-through-its-service',
			comment: "Another capability's store and routes are its own affair.",
			severity: 'error',
			from: { path: '^packages/server/src/capabilities/([^/]+)/', pathNot: '\\.test\\.ts$' },
			to: { path: '^packages/server/src/capabilities/[^/]+/(store|routes)\\.ts$', pathNot: '^packages/server/src/capabilities/$1/' },
		},
		{
			name: 'door-reaches-capabilities-through-services',
			severity: 'error',
			from: { path: '^packages/server/src/doors/', pathNot: '\\.test\\.ts$' },
			to: { path: '^packages/server/src/capabilities/[^/]+/(store|routes)\\.ts$' },
		},
		{
			name: 'storage-and-live-stand-below-capabilities',
			severity: 'error',
			from: { path: '^packages/server/src/(storage|live)/', pathNot: '\\.test\\.ts$|^packages/server/src/live/routes\\.ts$' },
			to: { path: '^packages/server/src/(capabilities|doors|engines)/' },
		},
		{
			name: 'nobody-imports-the-composition-root',
			comment: 'main.ts puts the server together from arguments; what it puts together does not look back.',
			severity: 'error',
			from: { path: '^packages/server/src/(capabilities|doors|storage|live|engines|http)/', pathNot: '\\.test\\.ts$' },
			to: { path: '^packages/server/src/(main|index)\\.ts$' },
		},
		{
			name: 'product-imports-no-tests',
			severity: 'error',
			from: { path: '^packages/', pathNot: '\\.test\\.tsx?$|/testing/' },
			to: { path: '\\.test\\.tsx?$|/testing/|^(tests|bench)/' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '(^|/)dist/' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['types', 'import', 'node', 'default'],
			extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts'],
		},
	},
};
