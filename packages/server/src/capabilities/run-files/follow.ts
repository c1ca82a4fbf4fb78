/** Following a log: its bytes, then what is appended, until nothing more can come. */
import type { Readable } from 'node:stream';
import type { WaitingRoom } from '../../live/waiting-room.ts';
import type { ByteRange } from '../../storage/blobs.ts';

export interface LogState {
	readonly sizeBytes: number;
	readonly sealed: boolean;
	/** The run has ended: what is not here a moment later will not come. */
	readonly ended: boolean;
}

export interface FollowOptions {
	readonly from: number;
	/** How the log is now; null when it was deleted. */
	readonly look: () => Promise<LogState | null>;
	readonly read: (range: ByteRange) => Readable;
	/** Calls the log's name when it grows. */
	readonly growth: WaitingRoom;
	readonly name: string;
	/** Aborted when the reader has gone. */
	readonly gone: AbortSignal;
}

/** How long to wait for a call before looking: the end of a run is not called, nor what another server commits. */
const LOOK_AGAIN_MS = 1_000;

export async function* followLog({ from, look, read, growth, name, gone }: FollowOptions): AsyncGenerator<Uint8Array> {
	let sent = from;
	let waitedForMore = false;
	while (!gone.aborted) {
		// Listening begins before the look, so that growth in between is not missed.
		const heard = new AbortController();
		const called = growth.wait(name, LOOK_AGAIN_MS, AbortSignal.any([gone, heard.signal]));
		const state = await look();
		if (state && state.sizeBytes > sent) {
			heard.abort();
			yield* read({ first: sent, last: state.sizeBytes - 1 }) as AsyncIterable<Uint8Array>;
			sent = state.sizeBytes;
			waitedForMore = false;
			continue;
		}
		if (!state || state.sealed || (state.ended && waitedForMore)) {
			heard.abort();
			return;
		}
		await called;
		waitedForMore = true;
	}
}
