/** How sizes are written. */
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `0 B`, `1.5 KiB`, `12 MiB`: powers of 1,024, one decimal below ten. */
export function formatBytes(sizeBytes: number): string {
	let value = sizeBytes;
	let unit = 0;
	while (value >= 1024 && unit < UNITS.length - 1) {
		value /= 1024;
		unit += 1;
	}
	const text = unit > 0 && value < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
	return `${text} ${UNITS[unit]}`;
}
