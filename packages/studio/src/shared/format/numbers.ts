/** How numbers are written: short enough for a column, never rounded in the full value that a hover shows. */
import type { WireValue } from '@runstead/contract';

const SIGNIFICANT_DIGITS = 5;
const GROUPED = new Intl.NumberFormat('en', { maximumSignificantDigits: 15, useGrouping: true });

/** The number that a wire value stands for; null for strings, flags and what is absent. A 64-bit integer may lose its last digits. */
export function numberOrNull(value: WireValue | undefined): number | null {
	if (typeof value === 'number') return value;
	if (value === null || value === undefined || typeof value !== 'object') return null;
	return Number('number' in value ? value.number : value.integer);
}

/** Short form for a column or an axis: `0.05`, `2,981.4`, `1.2346e-7`. */
export function formatNumber(value: number): string {
	if (Number.isNaN(value)) return 'NaN';
	if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
	if (value === 0) return '0';
	const size = Math.abs(value);
	if (size >= 1e9 || size < 1e-4) return trimExponent(value.toExponential(SIGNIFICANT_DIGITS - 1)).replace(/^-/, '−');
	const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT_DIGITS));
	return GROUPED.format(rounded).replace('-', '−');
}

/** `1.2000e-7` -> `1.2e-7` */
function trimExponent(text: string): string {
	return text.replace(/\.?0+e/, 'e').replace('e+', 'e');
}

/** Short form of any wire value. */
export function formatValue(value: WireValue | undefined): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean') return String(value);
	return formatNumber(numberOrNull(value) ?? Number.NaN);
}

/** Every digit of a wire value, for a hover or a copy. */
export function formatExact(value: WireValue | undefined): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'object') return 'number' in value ? value.number : value.integer;
	return String(value);
}

/** `1,234` */
export function formatCount(count: number): string {
	return GROUPED.format(count);
}

/** `62 %`; a run that says it is done never shows less, and one that is not never shows 100. */
export function formatPercent(part: number, whole: number): string {
	const percent = Math.floor((part / whole) * 100);
	return `${Math.max(0, Math.min(part < whole ? 99 : 100, percent))} %`;
}
