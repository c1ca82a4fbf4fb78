/** Tries destinations as somebody waits for the answer. */
import type { DestinationKind, DestinationTest } from '@runstead/contract';
import { type DestinationConfig, type OpenOptions, openDestination } from './destinations/open-destination.ts';
import { messageOf } from './shipping.ts';

/** Nobody waits longer; what hangs is closed. */
const TEST_TIMEOUT_MS = 20_000;

export interface TestedDestination {
	readonly kind: DestinationKind;
	readonly config: DestinationConfig;
}

export function tryDestinations(destinations: readonly TestedDestination[], options: OpenOptions): Promise<DestinationTest[]> {
	return Promise.all(destinations.map((destination) => tryOne(destination, options)));
}

async function tryOne({ kind, config }: TestedDestination, options: OpenOptions): Promise<DestinationTest> {
	const begin = performance.now();
	const took = (): number => Math.round(performance.now() - begin);
	try {
		const destination = await openDestination(config, options);
		const late = Promise.withResolvers<never>();
		const timer = setTimeout(() => late.reject(new Error(`no answer within ${TEST_TIMEOUT_MS / 1_000} s`)), TEST_TIMEOUT_MS);
		try {
			const message = await Promise.race([destination.test(), late.promise]);
			return { kind, ok: true, message, durationMs: took() };
		} finally {
			clearTimeout(timer);
			await destination.close().catch(() => undefined);
		}
	} catch (error) {
		return { kind, ok: false, message: messageOf(error), durationMs: took() };
	}
}
