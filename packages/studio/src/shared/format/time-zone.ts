/** In which zone moments are written, the reader's own or UTC, kept in this browser. */
import { useSyncExternalStore } from 'react';
import { stored } from '../stored.ts';
import { TIME_ZONES, type TimeZone, writeTimesIn } from './times.ts';

export const timeZone = stored<TimeZone>('runstead.time-zone', 'local', (value) => TIME_ZONES.find((one) => one === value) ?? null);

const apply = () => writeTimesIn(timeZone.get());
apply();
// The first to hear, so that whatever is drawn again finds the new zone.
timeZone.subscribe(apply);

export function useTimeZone(): TimeZone {
	return useSyncExternalStore(timeZone.subscribe, timeZone.get);
}

/** What the reader's own zone is called: `Europe/Paris`. */
export function localZoneName(): string {
	return new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
}
