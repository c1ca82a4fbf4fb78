/** In which zone moments are written, the reader's own or UTC, kept in this browser. */
import { useSyncExternalStore } from 'react';
import { stored } from '../stored.ts';

export const TIME_ZONES = ['local', 'utc'] as const;
export type TimeZone = (typeof TIME_ZONES)[number];

export const timeZone = stored<TimeZone>('runstead.time-zone', 'local', (value) => TIME_ZONES.find((one) => one === value) ?? null);

export function useTimeZone(): TimeZone {
	return useSyncExternalStore(timeZone.subscribe, timeZone.get);
}

/** What the reader's own zone is called: `Europe/Paris`. */
export function localZoneName(): string {
	return new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
}
