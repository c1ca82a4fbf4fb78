/** The Range header: one range of bytes, as RFC 9110 section 14 has it. */
import type { ByteRange } from '../storage/blobs.ts';

const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * The range that a header asks for within so many bytes. Null: all of it is to be sent, because there is no header or none that
 * must be heeded (several ranges, or not well formed).
 */
export function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
	const match = RANGE.exec(header?.replaceAll(' ', '') ?? '');
	if (!match) return null;
	const [, from = '', to = ''] = match;
	if (from === '' && to === '') return null;
	if (from === '')
		return Number(to) === 0 || sizeBytes === 0 ? 'unsatisfiable' : { first: Math.max(0, sizeBytes - Number(to)), last: sizeBytes - 1 };
	const first = Number(from);
	const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
	if (to !== '' && Number(to) < first) return null;
	return first >= sizeBytes ? 'unsatisfiable' : { first, last };
}

/**
 * Where someone begins who follows what still grows: a range without an end, which may begin at the very end.
 * Null: at the start, because no range was asked for.
 */
export function startOf(header: string | undefined, sizeBytes: number): number | 'unsatisfiable' | null {
	const match = RANGE.exec(header?.replaceAll(' ', '') ?? '');
	if (!match) return null;
	const [, from = '', to = ''] = match;
	if (from === '') return to === '' ? null : Math.max(0, sizeBytes - Number(to));
	return Number(from) > sizeBytes ? 'unsatisfiable' : Number(from);
}
