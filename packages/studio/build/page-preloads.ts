/** Says which chunks each page is made of and what it reads first, so that the server names them in its document: they come together with the first script, not after it has run. */
import type { Plugin } from 'vite';
import { type Chunk, chunkOf, entriesOf, reachedFrom } from './chunks.ts';

interface PageModules {
	/** Of its address. */
	readonly path: string;
	/** The tab that its address asks for; absent for any. */
	readonly tab?: string;
	/** Below src/features. */
	readonly modules?: readonly string[];
	/** What its loader in router.tsx reads, below api/v1, just as it asks for it; `$1` is what stands for the first `*` of its path. */
	readonly reads?: readonly string[];
}

const FIELDS = 'workspaces/$1/runs/fields?limit=1000&rootsOnly=true';
const LIST = ['runs/first-rows.ts', 'run-charts/run-charts.tsx', 'run-charts/lines-chart.tsx'];

/** As in router.tsx and the pages themselves; a page that is not here is loaded all the same, a moment later. */
const PAGES: readonly PageModules[] = [
	{ path: '/w/*/experiments', modules: ['experiments/experiments-page.tsx', ...LIST], reads: [FIELDS] },
	{ path: '/w/*/experiments/*', modules: ['experiments/experiment-page.tsx', ...LIST], reads: [`${FIELDS}&experimentId=$2`] },
	{ path: '/w/*/views/*', modules: ['views/view-page.tsx', ...LIST] },
	{ path: '/w/*/runs/*', modules: ['runs/run-page.tsx'], reads: ['runs/$2?fields=params%2Ctags%2Cproperties'] },
	{ path: '/w/*/runs/*', tab: '', modules: ['metrics/run-metrics.tsx'], reads: ['runs/$2/metrics'] },
	{ path: '/w/*/runs/*', tab: 'details', modules: ['runs/run-details.tsx'] },
	{ path: '/w/*/runs/*', tab: 'files', modules: ['run-files/run-files.tsx', 'run-files/log-viewer.tsx'] },
	{ path: '/w/*/compare', modules: ['compare/compare-page.tsx'] },
	{ path: '/w/*/compare', tab: 'charts', modules: LIST },
	{ path: '/w/*/compute', modules: ['compute/compute-page.tsx'] },
	{ path: '/w/*/compute/*', modules: ['compute/cluster-page.tsx'] },
	{ path: '/w/*/monitor/metrics', modules: ['monitor/metrics-page.tsx'] },
	{ path: '/w/*/monitor/alerts', modules: ['monitor/alerts-page.tsx'] },
];

export function pagePreloads(): Plugin {
	return {
		name: 'runstead:page-preloads',
		apply: 'build',
		generateBundle(_, bundle) {
			const chunks = Object.values(bundle).filter((output): output is Extract<typeof output, Chunk> => output.type === 'chunk');
			const first = reachedFrom(chunks, [chunkOf(chunks, 'src/main.tsx')]);
			const pages = PAGES.map(({ path, tab, modules = [], reads = [] }) => {
				const own = modules.flatMap((module) => entriesOf(chunks, `src/features/${module}`));
				const files = [...reachedFrom(chunks, own)].filter((chunk) => !first.has(chunk)).map(({ fileName }) => fileName);
				return { path: `^${path.replaceAll('*', '([^/]+)')}/?$`, tab: tab ?? null, files, reads: reads.map((read) => `api/v1/${read}`) };
			});
			this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(pages) });
		},
	};
}
