/** Every TypeScript test: beside the code it tests, and end to end in tests/. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['packages/**/*.test.{ts,tsx}', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
		exclude: ['**/node_modules/**', '**/dist/**', 'tests/browser/**'],
		pool: 'forks',
		testTimeout: 30_000,
		hookTimeout: 60_000,
	},
});
