import { describe, expect, test } from 'vitest';
import { formatBytes } from './bytes.ts';
import { formatCount, formatExact, formatNumber, formatPercent, formatValue, numberOrNull } from './numbers.ts';
import { formatAbsolute, formatClock, formatDuration, formatRelative, formatTimeLeft, writeTimesIn } from './times.ts';

describe('numbers', () => {
	test.each([
		[0, '0'],
		[0.05, '0.05'],
		[2981.4273, '2,981.4'],
		[-2981.4273, '−2,981.4'],
		[123456, '123,456'],
		[1e9, '1e9'],
		[0.00012345678, '0.00012346'],
		[1.23456789e-7, '1.2346e-7'],
		[1.2e-7, '1.2e-7'],
		[Number.NaN, 'NaN'],
		[Number.NEGATIVE_INFINITY, '−∞'],
	])('%d is written %s', (value, text) => {
		expect(formatNumber(value)).toBe(text);
	});

	test('wire values keep what JSON numbers cannot say', () => {
		expect(numberOrNull({ number: 'Infinity' })).toBe(Number.POSITIVE_INFINITY);
		expect(numberOrNull('good')).toBeNull();
		expect(numberOrNull(null)).toBeNull();
		expect(formatExact({ integer: '9223372036854775807' })).toBe('9223372036854775807');
		expect(formatValue({ number: 'NaN' })).toBe('NaN');
		expect(formatValue('good')).toBe('good');
		expect(formatValue(null)).toBe('');
	});

	test('counts are grouped', () => {
		expect(formatCount(100000)).toBe('100,000');
	});

	test('only what is done is 100 %', () => {
		expect([formatPercent(0, 7), formatPercent(999, 1000), formatPercent(7, 7), formatPercent(9, 7)]).toEqual([
			'0 %',
			'99 %',
			'100 %',
			'100 %',
		]);
	});
});

describe('sizes', () => {
	test.each([
		[0, '0 B'],
		[1023, '1023 B'],
		[1024, '1 KiB'],
		[1536, '1.5 KiB'],
		[12 * 1024 * 1024, '12 MiB'],
	])('%d bytes are %s', (size, text) => {
		expect(formatBytes(size)).toBe(text);
	});
});

describe('times', () => {
	const now = Date.UTC(2026, 10, 21, 12);
	test.each([
		[0, 'just now'],
		[12_000, '12 s ago'],
		[59 * 60_000, '59 min ago'],
		[25 * 3_600_000, '1 d ago'],
		[10 * 86_400_000, 'Nov 11, 2026'],
		[-3000, 'just now'],
	])('%d ms before now is %s', (ago, text) => {
		expect(formatRelative(now - ago, now)).toBe(text);
	});

	test.each([
		[38.9, '38 ms'],
		[100, '0.1 s'],
		[849, '0.8 s'],
		[118_000, '1:58'],
		[3_723_000, '1:02:03'],
		[187_200_000, '2 d 4 h'],
		[-1, '0 ms'],
	])('%d ms last %s', (length, text) => {
		expect(formatDuration(length)).toBe(text);
	});

	test('time left rounds up', () => {
		expect([formatTimeLeft(200), formatTimeLeft(61_000), formatTimeLeft(3_700_000)]).toEqual(['~1 s left', '~2 min left', '~2 h left']);
	});
});

test('moments are written in the zone that was chosen', () => {
	const timeMs = Date.UTC(2026, 10, 21, 8, 5, 31, 123);
	writeTimesIn('utc');
	expect(formatAbsolute(timeMs)).toBe('Nov 21, 2026, 08:05:31.123 UTC');
	expect(formatClock(timeMs)).toBe('08:05:31');
	writeTimesIn('local');
	expect(formatClock(timeMs)).toBe(new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' }).format(timeMs));
});
