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
	{ name: 'tanstack', test: /node_modules\/@tanstack\/(react-router|router-core|history|react-query|query-core|react-store|store)\// },
];

/** What most pages are made of comes in one piece: a browser asks for a dozen files in place of forty. */
const common = { name: 'common', test: /packages\/(studio|contract|client)\/src\//, minShareCount: 6 };

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
			output: { codeSplitting: { groups: [...libraryChunks, common] } },
		},
	},
	server: { host: '127.0.0.1', proxy: { '/api': { target: serverUrl, headers: { origin: serverUrl } } } },
});
