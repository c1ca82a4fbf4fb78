/** Event files of TensorBoard: what lies among the files of a run is read as it grows, and becomes metrics of the run, each point once. */
import { Readable } from 'node:stream';
import { isEventFile, MalformedRecord, RunsteadError } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import { createKeyedQueue } from '../../storage/keyed-queue.ts';
import type { MetricService } from '../metrics/service.ts';
import type { RunFileService } from '../run-files/service.ts';
import type { RunService } from '../runs/service.ts';
import type { SearchService } from '../search/service.ts';
import { readEvents } from './read-events.ts';
import { seriesOfEvents } from './series.ts';
import * as store from './store.ts';
import { prefixOf, rootOf } from './tag-names.ts';

export interface EventFileServiceOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly search: SearchService;
	readonly metrics: MetricService;
	readonly runFiles: RunFileService;
	/** What went wrong where nobody waits for an answer. */
	readonly onError: (error: unknown) => void;
}

export type EventFileService = ReturnType<typeof createEventFileService>;

/** Set by the first event file of a run: names of metrics begin below this folder. */
const ROOT_PROPERTY = 'runstead.eventFilesRoot';
const ACTOR = 'event files';
const FILES_PER_LOOK = 200;

/** What one point cannot be stored for, and others can. */
const REFUSALS = new Set(['metric-kind-changed', 'limit-exceeded', 'already-exists', 'invalid-path']);
const isRefusal = (error: unknown): boolean => error instanceof RunsteadError && REFUSALS.has(error.code);

export function createEventFileService({ database, runs, search, metrics, runFiles, onError }: EventFileServiceOptions) {
	const queue = createKeyedQueue();
	/** Files that will be read anyhow, by run and path. */
	const waiting = new Set<string>();
	let stopped = false;
	let looking: Promise<void> = Promise.resolve();

	const prefixFor = async (runId: string, path: string): Promise<string> => {
		const known = (await search.run(runId)).properties[ROOT_PROPERTY];
		if (known !== undefined) return prefixOf(known, path);
		const root = rootOf(path);
		await runs.update(runId, { properties: { [ROOT_PROPERTY]: root } }, ACTOR);
		return prefixOf(root, path);
	};

	/** Every series that can be stored; where one is refused, the others are. */
	const logAll: MetricService['logFromFile'] = async (runId, writer, readBytes, series) => {
		try {
			await metrics.logFromFile(runId, writer, readBytes, series);
		} catch (error) {
			if (!isRefusal(error)) throw error;
			const before = await metrics.writerStored(runId, writer);
			for (const one of series) {
				await metrics.logFromFile(runId, writer, before, [one]).catch((refused: unknown) => {
					if (!isRefusal(refused)) throw refused;
				});
			}
			await metrics.logFromFile(runId, writer, readBytes, []);
		}
	};

	const readFrom = async (runId: string, path: string, from: number): Promise<void> => {
		const file = await runFiles.find(runId, path);
		if (file.size_bytes <= from) return;
		const prefix = await prefixFor(runId, path);
		const bytes = runFiles.read(file, { first: from, last: file.size_bytes - 1 });
		try {
			for await (const { events, position } of readEvents(bytes, from)) {
				if (stopped) return;
				const { series, images } = seriesOfEvents(events, prefix);
				for (const image of images) {
					await runFiles.putArtifact(runId, image.path, Readable.from([image.bytes]), {}, ACTOR).catch((error: unknown) => {
						if (!isRefusal(error)) throw error;
					});
				}
				await logAll(runId, store.writerOf(path), position, series);
			}
		} finally {
			bytes.destroy();
		}
	};

	/** Reads what is new. A file that is no longer the same is read anew: what its run has already is not stored twice. */
	const read = async (runId: string, path: string): Promise<void> => {
		const from = await metrics.writerStored(runId, store.writerOf(path));
		const { size_bytes } = await runFiles.find(runId, path);
		try {
			await readFrom(runId, path, size_bytes < from ? 0 : from);
		} catch (error) {
			if (!(error instanceof MalformedRecord)) throw error;
			const reached = await metrics.writerStored(runId, store.writerOf(path));
			// Where earlier reading ended begins no record: this is another file.
			if (from > 0 && reached === from) await readFrom(runId, path, 0);
		}
	};

	const tell = (runId: string, path: string, error: unknown): void => {
		if (stopped || error instanceof MalformedRecord || (error instanceof RunsteadError && error.code === 'not-found')) return;
		onError(new Error(`The event file ${path} of run ${runId} could not be read.`, { cause: error }));
	};

	/** Reads what a file has grown by, soon; those of one run one after the other. */
	const noteGrown = (runId: string, path: string): void => {
		const key = `${runId}/${path}`;
		if (!isEventFile(path) || waiting.has(key) || stopped) return;
		waiting.add(key);
		void queue.run(runId, async () => {
			waiting.delete(key);
			if (stopped) return;
			await read(runId, path).catch((error: unknown) => tell(runId, path, error));
		});
	};

	const catchUp = async (): Promise<void> => {
		for (let after = 0; !stopped; ) {
			const files = await store.unreadEventFiles(database.read, after, FILES_PER_LOOK);
			for (const { run_id, path } of files) noteGrown(run_id, path);
			const last = files.at(-1);
			if (!last) return;
			after = last.key;
			await queue.drain();
		}
	};

	return {
		noteGrown,

		/** Begins to read what grew while nobody looked. */
		start(): void {
			looking = catchUp().catch(onError);
		},

		/** Begins nothing more; resolves when what is under way is done. */
		async stop(): Promise<void> {
			stopped = true;
			await looking;
			await queue.drain();
		},
	};
}
