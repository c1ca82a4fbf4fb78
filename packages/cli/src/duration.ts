/** Durations as people write them: 90s, 30m, 12h, 90d. */
import { UsageError } from './command.ts';

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** @throws {UsageError} for what is none. @example secondsOf('12h') === 43_200 */
export function secondsOf(duration: string): number {
	const [, count, unit] = /^(\d+)([smhd])$/.exec(duration) ?? [];
	if (count === undefined || unit === undefined)
		throw new UsageError(`"${duration}" is not a duration: give seconds, minutes, hours or days as 90s, 30m, 12h or 90d.`);
	const seconds = Number(count) * UNIT_SECONDS[unit]!;
	if (seconds === 0) throw new UsageError(`"${duration}" is no time at all: give more, such as 90s or 12h.`);
	return seconds;
}
