/** Every TypeScript test: the code (beside it, and end to end in tests/), and the studio in a real browser. */
import { defineConfig } from 'vitest/config';

const common = { pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000 };

/** On a shared machine one of some hundred browsers hangs at its start or its end: such a test is tried again, and Vitest says so. */
const RETRIES = process.env.CI === 'true' ? 1 : 0;

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					...common,
					name: 'code',
					include: ['packages/**/*.test.{ts,tsx}', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
					exclude: ['**/node_modules/**', '**/dist/**', 'tests/browser/**', 'tests/notebook/**'],
				},
			},
			// One browser after another: two of them and a server are more than two cores serve in time.
			{
				test: {
					...common,
					name: 'browser',
					retry: RETRIES,
					include: ['tests/browser/**/*.test.ts'],
					fileParallelism: false,
				},
			},
			{ test: { ...common, name: 'notebook', retry: RETRIES, include: ['tests/notebook/**/*.test.ts'], fileParallelism: false } },
		],
	},
});
