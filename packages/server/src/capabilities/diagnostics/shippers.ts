/** The shippers of all destinations, kept in step with the settings; and the retention of archives, looked after once an hour. */
import type { Archive } from '@runstead/contract';
import type { Clock } from '../../storage/unit-of-work.ts';
import { type DestinationConfig, openDestination } from './destinations/open-destination.ts';
import { createEventPages, type EventPagesOptions } from './event-pages.ts';
import { type Shipper, type ShippingOptions, startShipping } from './shipping.ts';
import * as store from './store.ts';

const RETENTION_CHECK_MS = 3_600_000;
/** Of settings that other servers on the same database change nobody tells. */
const OTHERS_CHECK_MS = 2_000;
const MICROS_PER_DAY = 86_400_000_000;

export interface ShippersOptions extends EventPagesOptions, Pick<ShippingOptions, 'metricsOf' | 'onError'> {
	readonly clock: Clock;
	readonly archivesFolder: string;
	readonly configOf: (destination: store.DestinationRecord) => DestinationConfig;
}

interface Running {
	readonly shipper: Shipper;
	/** Another one means that it is to be started anew. */
	readonly state: string;
}

type Placed = Awaited<ReturnType<typeof store.everyDestination>>[number];

export function createShippers(options: ShippersOptions) {
	const { database, clock, resourceIdOf, metricsOf, onError, archivesFolder, configOf } = options;
	const pages = createEventPages(options);
	const running = new Map<number, Running>();
	let isOn = false;
	let refreshing: Promise<void> = Promise.resolve();
	let retention: NodeJS.Timeout | undefined;
	let others: NodeJS.Timeout | undefined;

	const start = (destination: Placed): Shipper =>
		startShipping(
			{ key: destination.key, workspaceKey: destination.workspace_key, categories: JSON.parse(destination.categories) as string[] },
			{
				...{ database, clock, pages, resourceIdOf, metricsOf, onError },
				open: async () => openDestination(configOf(destination), { archivesFolder, reach: destination.reach }),
			},
		);

	const refreshNow = async (): Promise<void> => {
		if (!isOn) return;
		const wanted = new Map((await store.everyDestination(database.read)).map((destination) => [destination.key, destination]));
		for (const [key, { shipper, state }] of running) {
			const destination = wanted.get(key);
			if (destination && stateOf(destination) === state) continue;
			await shipper.stop();
			running.delete(key);
		}
		for (const [key, destination] of wanted)
			if (!running.has(key)) running.set(key, { shipper: start(destination), state: stateOf(destination) });
	};

	const refresh = (): Promise<void> => {
		const done = refreshing.then(refreshNow);
		refreshing = done.catch(() => undefined);
		return done;
	};

	/** Removes what archives hold longer than they are to. What cannot be reached now is removed another time. */
	const prune = async (): Promise<void> => {
		for (const destination of await store.everyDestination(database.read)) {
			if (destination.kind !== 'archive') continue;
			const config = configOf(destination) as Archive;
			const days = config.retentionDays ?? 0;
			if (days === 0) continue;
			const day = Math.floor(clock() / MICROS_PER_DAY) - days;
			const opened = await openDestination(config, { archivesFolder, reach: destination.reach });
			try {
				await opened.prune?.(new Date((day * MICROS_PER_DAY) / 1_000), await resourceIdOf(destination.workspace_key));
				await database.write(({ db }) => store.dropVolumes(db, destination.key, day));
			} catch (error) {
				onError(new Error(`Setting ${destination.name} could not remove what its archive holds too long.`, { cause: error }));
			} finally {
				await opened.close();
			}
		}
	};

	return {
		/** From now on, until the stop, everything is shipped from here. */
		start(): Promise<void> {
			isOn = true;
			retention = setInterval(() => void prune().catch(onError), RETENTION_CHECK_MS).unref();
			void prune().catch(onError);
			if (database.engine === 'postgres') others = setInterval(() => void refresh().catch(onError), OTHERS_CHECK_MS).unref();
			return refresh();
		},
		/** Starts, ends and starts anew what has changed since the last time, if it is shipped from here. */
		refresh,
		wake(): void {
			for (const { shipper } of running.values()) shipper.wake();
		},
		retry: (key: number): void => running.get(key)?.shipper.retry(),
		nextTryTimeOrNull: (key: number): number | null => running.get(key)?.shipper.nextTryTimeOrNull() ?? null,
		prune,
		async stop(): Promise<void> {
			isOn = false;
			clearInterval(retention);
			clearInterval(others);
			await refreshing;
			await Promise.all([...running.values()].map(({ shipper }) => shipper.stop()));
			running.clear();
		},
	};
}

function stateOf({ configuration, categories, reach }: Placed): string {
	return JSON.stringify([configuration, categories, reach]);
}
