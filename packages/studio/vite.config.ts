/** How the studio is built: hashed assets in small chunks under dist, relative to the page's base so that a proxy prefix works. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstPageWeight } from './build/first-page-weight.ts';
import { leanContract } from './build/lean-contract.ts';
import { pagePreloads } from './build/page-preloads.ts';

/** Where `vite dev` finds a running server. */
const serverUrl = process.env.RUNSTEAD_URL ?? 'http://127.0.0.1:8155';

/** Parts of Fluent that no page needs before something is pressed: fields, choices, what lies over a page. */
const ON_DEMAND =
	/node_modules\/@fluentui\/react-(card|checkbox|combobox|dialog|field|popover|radio|search|spinner|switch|tags|textarea|toast|toolbar|motion-components-preview)\//;

const FLUENT = /node_modules\/(@fluentui|@griffel|tabster|keyborg|@floating-ui)\//;

/** Libraries that change with their own releases: one chunk each, so that a new studio leaves them in the browser's cache. */
const libraryChunks = [
	{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 2 },
	{ name: 'forms', test: ON_DEMAND },
	{ name: 'fluent', test: (id: string) => FLUENT.test(id) && !ON_DEMAND.test(id), priority: 1 },
	{
		name: 'tanstack',
		test: /node_modules\/@tanstack\/(react-router|router-core|history|react-query|query-core|react-store|store)\//,
		priority: 2,
	},
];

const OURS = /packages\/(studio|contract|client)\/src\//;

/** What every page begins with, and what most are made of, comes in two pieces: a browser asks for a dozen files in place of forty. */
const first = {
	name: 'first',
	// Not the main module, which waits for the first page: what others import must not wait for them.
	test: (id: string) => OURS.test(id) && !id.endsWith('/src/main.tsx'),
	tags: ['$initial'],
	priority: 1,
};
const common = { name: 'common', test: OURS, minShareCount: 4 };

export default defineConfig({
	base: './',
	plugins: [react(), leanContract(), firstPageWeight(), pagePreloads()],
	worker: { format: 'es' },
	build: {
		target: 'es2023',
		sourcemap: false,
		chunkSizeWarningLimit: 700,
		assetsInlineLimit: 0,
		// Browsers of the target know it themselves.
		modulePreload: { polyfill: false },
		rolldownOptions: {
			output: { codeSplitting: { groups: [...libraryChunks, first, common] } },
		},
	},
	server: { host: '127.0.0.1', proxy: { '/api': { target: serverUrl, headers: { origin: serverUrl } } } },
});
