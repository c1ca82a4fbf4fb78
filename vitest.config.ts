/** Every TypeScript test: the code (beside it, and end to end in tests/), and the studio in a real browser. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What Node compiled is kept for the next process and thread: without that each thread of a server turns TypeScript into JavaScript anew.
process.env.NODE_COMPILE_CACHE ||= fileURLToPath(new URL('.cache/compiled', import.meta.url));

/** Tests wait more than they work: a worker more than Vitest would take on two cores. */
const WORKERS = Math.max(2, availableParallelism() - 1);
/** A second is little on a busy machine. */
const POLL_MAX_MS = 10_000;
/** In a browser, what is polled for is waited for as long as what a page shows; a test has many such waits. */
const BROWSER = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };

/** A dozen commands in a row, on cores that other suites use as well. */
const TEST_MAX_MS = 120_000;

const common = { pool: 'forks' as const, testTimeout: TEST_MAX_MS, hookTimeout: TEST_MAX_MS, expect: { poll: { timeout: POLL_MAX_MS } } };

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					...common,
					name: 'code',
					globalSetup: ['packages/server/src/testing/postgres-template.ts'],
					maxWorkers: WORKERS,
					include: ['packages/**/*.test.{ts,tsx}', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
					exclude: ['**/node_modules/**', '**/dist/**', 'tests/browser/**', 'tests/notebook/**'],
				},
			},
			// One browser after another: two of them and a server are more than two cores serve in time.
			{
				test: {
					...common,
					...BROWSER,
					name: 'browser',
					include: ['tests/browser/**/*.test.ts'],
					fileParallelism: false,
				},
			},
			{
				test: {
					...common,
					name: 'notebook',
					include: ['tests/notebook/**/*.test.ts'],
					globalSetup: ['tests/notebook/jupyter-environment.ts', 'tests/notebook/vscode-environment.ts'],
					fileParallelism: false,
				},
			},
		],
	},
});
