/** How moments and durations are written: relative in the page, absolute with its zone on hover. */
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const TIME_ZONES = ['local', 'utc'] as const;
export type TimeZone = (typeof TIME_ZONES)[number];

interface Formats {
	readonly date: Intl.DateTimeFormat;
	readonly absolute: Intl.DateTimeFormat;
	readonly clock: Intl.DateTimeFormat;
}

function formatsOf(zone: TimeZone): Formats {
	const name = zone === 'utc' ? 'UTC' : undefined;
	const day = { day: 'numeric', month: 'short', year: 'numeric' } as const;
	const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
	return {
		date: new Intl.DateTimeFormat('en', { ...day, timeZone: name }),
		absolute: new Intl.DateTimeFormat('en', { ...day, ...time, fractionalSecondDigits: 3, timeZoneName: 'short', timeZone: name }),
		clock: new Intl.DateTimeFormat('en', { ...time, timeZone: name }),
	};
}

/** Made once: a format costs more than what it writes. */
const FORMATS: Readonly<Record<TimeZone, Formats>> = { local: formatsOf('local'), utc: formatsOf('utc') };

let formats = FORMATS.local;

/** From now on every moment is written in that zone. */
export function writeTimesIn(zone: TimeZone): void {
	formats = FORMATS[zone];
}

/** `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`, then the date. */
export function formatRelative(timeMs: number, nowMs: number): string {
	const agoMs = nowMs - timeMs;
	if (agoMs < 5 * SECOND_MS) return 'just now';
	if (agoMs < MINUTE_MS) return `${Math.floor(agoMs / SECOND_MS)} s ago`;
	if (agoMs < HOUR_MS) return `${Math.floor(agoMs / MINUTE_MS)} min ago`;
	if (agoMs < DAY_MS) return `${Math.floor(agoMs / HOUR_MS)} h ago`;
	if (agoMs < 7 * DAY_MS) return `${Math.floor(agoMs / DAY_MS)} d ago`;
	return formats.date.format(timeMs);
}

/** `Nov 21, 2026, 08:05:31.123 UTC`, in the zone the reader chose. */
export function formatAbsolute(timeMs: number): string {
	return formats.absolute.format(timeMs);
}

/** `08:05:31`, in the zone the reader chose. */
export function formatClock(timeMs: number): string {
	return formats.clock.format(timeMs);
}

/** `38 ms`, `0.8 s`, `1:58`, `1:02:03`, `2 d 4 h`: what fits a column. */
export function formatDuration(durationMs: number): string {
	const lengthMs = Math.max(0, durationMs);
	if (lengthMs < 100) return `${Math.floor(lengthMs)} ms`;
	if (lengthMs < 10 * SECOND_MS) return `${(Math.floor(lengthMs / 100) / 10).toFixed(1)} s`;
	const hours = Math.floor(lengthMs / HOUR_MS);
	if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
	return formatClockTime(lengthMs / SECOND_MS);
}

/** `0:05`, `1:58`, `1:02:03`. */
export function formatClockTime(seconds: number): string {
	const whole = Math.floor(seconds);
	const minutes = Math.floor(whole / 60);
	const hours = Math.floor(minutes / 60);
	if (hours > 0) return `${hours}:${pad(minutes % 60)}:${pad(whole % 60)}`;
	return `${minutes}:${pad(whole % 60)}`;
}

/** `~1 min left`: a guess, so it is written as one. */
export function formatTimeLeft(leftMs: number): string {
	if (leftMs < MINUTE_MS) return `~${Math.max(1, Math.ceil(leftMs / SECOND_MS))} s left`;
	if (leftMs < HOUR_MS) return `~${Math.ceil(leftMs / MINUTE_MS)} min left`;
	if (leftMs < 2 * DAY_MS) return `~${Math.ceil(leftMs / HOUR_MS)} h left`;
	return `~${Math.ceil(leftMs / DAY_MS)} d left`;
}

function pad(value: number): string {
	return String(value).padStart(2, '0');
}
