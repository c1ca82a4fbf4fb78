/** How the studio is built: hashed assets in small chunks under dist, relative to the page's base so that a proxy prefix works. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite dev` finds a running server. */
const serverUrl = process.env.RUNSTEAD_URL ?? 'http://127.0.0.1:8155';

/** Libraries that change with their own releases: one chunk each, so that a new studio leaves them in the browser's cache. */
const libraryChunks = [
	{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
	{ name: 'fluent', test: /node_modules\/(@fluentui|@griffel|tabster|keyborg|@floating-ui)\// },
	{ name: 'tanstack', test: /node_modules\/@tanstack\/(react-router|router-core|history|react-query|query-core|react-store|store)\// },
	{ name: 'contract', test: /node_modules\/typebox\/|packages\/(contract|client)\// },
];

export default defineConfig({
	base: './',
	plugins: [react()],
	worker: { format: 'es' },
	build: {
		target: 'es2023',
		sourcemap: false,
		chunkSizeWarningLimit: 700,
		assetsInlineLimit: 0,
		rolldownOptions: { output: { codeSplitting: { groups: libraryChunks } } },
	},
	server: { host: '127.0.0.1', proxy: { '/api': { target: serverUrl, headers: { origin: serverUrl } } } },
});
