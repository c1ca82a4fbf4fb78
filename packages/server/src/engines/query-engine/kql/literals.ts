/** Literals of Kusto, read from their text: the parser keeps times to the millisecond only. */
import { EPOCH_TICKS, TICKS_PER_DAY, TICKS_PER_SECOND } from './macros.ts';

const UNITS: Readonly<Record<string, bigint>> = {
	d: TICKS_PER_DAY,
	day: TICKS_PER_DAY,
	days: TICKS_PER_DAY,
	h: 36_000_000_000n,
	hr: 36_000_000_000n,
	hrs: 36_000_000_000n,
	hour: 36_000_000_000n,
	hours: 36_000_000_000n,
	m: 600_000_000n,
	min: 600_000_000n,
	minute: 600_000_000n,
	minutes: 600_000_000n,
	s: TICKS_PER_SECOND,
	sec: TICKS_PER_SECOND,
	second: TICKS_PER_SECOND,
	seconds: TICKS_PER_SECOND,
	ms: 10_000n,
	milli: 10_000n,
	millis: 10_000n,
	millisec: 10_000n,
	millisecond: 10_000n,
	milliseconds: 10_000n,
	micro: 10n,
	micros: 10n,
	microsec: 10n,
	microsecond: 10n,
	microseconds: 10n,
	nanosecond: 0n,
	nanoseconds: 0n,
	tick: 1n,
	ticks: 1n,
};

/** The inside of `name(…)`, trimmed and without quotes; the text itself where there are no brackets. */
export function insideOf(text: string): string {
	const inside = /^[a-z]\w*\s*\(([\s\S]*)\)$/i.exec(text.trim())?.[1] ?? text;
	return inside
		.trim()
		.replace(/^(["'])([\s\S]*)\1$/, '$2')
		.trim();
}

/** `1.5h`, `time(1.02:03:04.5)`, `timespan(2d)`; null for `timespan(null)` and for what does not read as one. */
export function timespanTicks(text: string): bigint | null {
	const inside = insideOf(text);
	const withUnit = /^(-?)(\d+)(?:\.(\d+))?\s*([a-z]+)$/i.exec(inside);
	if (withUnit) {
		const [, sign, whole = '0', fraction = '', unit = ''] = withUnit;
		const ticks = UNITS[unit.toLowerCase()];
		if (ticks === undefined) return null;
		const scale = 10n ** BigInt(fraction.length);
		const value = ((BigInt(whole) * scale + BigInt(fraction || '0')) * ticks) / scale;
		return sign === '-' ? -value : value;
	}
	const clock = /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/.exec(inside);
	if (clock) {
		const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = clock;
		const value =
			BigInt(days) * TICKS_PER_DAY +
			BigInt(hours) * 36_000_000_000n +
			BigInt(minutes) * 600_000_000n +
			BigInt(seconds) * TICKS_PER_SECOND +
			BigInt(fraction.padEnd(7, '0'));
		return sign === '-' ? -value : value;
	}
	return /^-?\d+$/.test(inside) ? BigInt(inside) * TICKS_PER_DAY : null;
}

const DATETIME = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** `datetime(2020-01-01 10:00:00.1234567)`; null for `datetime(null)` and for what does not read as one. */
export function datetimeTicks(text: string): bigint | null {
	const match = DATETIME.exec(insideOf(text));
	if (!match) return null;
	const [, year = '', month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
	const date = new Date(0);
	date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
	if (date.getUTCMonth() !== Number(month) - 1) return null;
	const [, sign = '+', zoneHours = '0', zoneMinutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
	const offsetMinutes = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
	const seconds = BigInt(date.getTime() / 1000) + BigInt(Number(hour) * 3600 + (Number(minute) - offsetMinutes) * 60 + Number(second));
	return seconds * TICKS_PER_SECOND + BigInt(fraction.slice(0, 7).padEnd(7, '0')) + EPOCH_TICKS;
}
