/** What a hover says of a number in a chart of named things. */
import { formatExact } from '../../shared/format/numbers.ts';

export function titleOf(name: string, label: string, value: number | null | undefined): string {
	return `${[name, label].filter((part) => part !== '').join(' · ')}: ${value === null || value === undefined ? 'no value' : formatExact(value)}`;
}
