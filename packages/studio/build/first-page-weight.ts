/** Weighs what a browser loads for the first page, and fails the build of continuous integration when that is more than a reader should wait for. */
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { type Chunk, chunkOf, reachedFrom } from './chunks.ts';

/** Of JavaScript, gzipped: about a second and a half over a slow mobile connection. */
const FIRST_PAGE_BYTES_MAX = 350 * 1000;

/** What the first page is made of: its frame, the list of runs, and the charts above it. */
const FIRST_PAGE = ['src/main.tsx', 'src/features/experiments/experiments-page.tsx', 'src/features/run-charts/run-charts.tsx'];

interface WeighedChunk {
	readonly fileName: string;
	readonly sizeBytes: number;
}

/** The chunks of the first page with all that they import, heaviest first. */
function firstPageChunks(chunks: readonly Chunk[]): WeighedChunk[] {
	const reached = reachedFrom(
		chunks,
		FIRST_PAGE.map((module) => chunkOf(chunks, module)),
	);
	return [...reached]
		.map(({ fileName, code }) => ({ fileName, sizeBytes: gzipSync(code).length }))
		.sort((one, other) => other.sizeBytes - one.sizeBytes);
}

export function firstPageWeight(): Plugin {
	return {
		name: 'runstead:first-page-weight',
		apply: 'build',
		generateBundle(_, bundle) {
			const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
			const weighed = firstPageChunks(chunks);
			const sum = weighed.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
			const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
			const list = weighed.map(({ fileName, sizeBytes }) => `  ${kb(sizeBytes)}  ${fileName}`).join('\n');
			if (sum > FIRST_PAGE_BYTES_MAX) {
				const text = `The first page loads ${kb(sum)} of gzipped JavaScript, more than ${kb(FIRST_PAGE_BYTES_MAX)}:\n${list}`;
				// Who only starts Runstead is not kept from it.
				if (process.env.CI === 'true') this.error(text);
				else this.warn(text);
			}
			this.info(`First page: ${kb(sum)} of at most ${kb(FIRST_PAGE_BYTES_MAX)} gzipped JavaScript.`);
		},
	};
}
