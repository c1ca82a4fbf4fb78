/** A bar of what is done at the foot of the terminal; nothing where there is none. */
import { fit, printable } from '../output/text-width.ts';

const BAR_COLUMNS = 24;
/** More often than this nobody sees. */
const REDRAW_MS = 100;
const CLEAR = '\r\u001b[2K';

export interface ProgressBar {
	/** @param of what it is about right now. */
	advance(count: number, of: string): void;
	clear(): void;
}

export function createProgressBar(total: number, text: (count: number) => string): ProgressBar {
	const { stderr } = process;
	if (!stderr.isTTY || process.env.TERM === 'dumb' || total === 0) return { advance() {}, clear() {} };
	let done = 0;
	let drawnMs = Number.NEGATIVE_INFINITY;
	return {
		advance(count, of) {
			done += count;
			const nowMs = performance.now();
			if (nowMs - drawnMs < REDRAW_MS) return;
			drawnMs = nowMs;
			const filled = Math.round(Math.min(1, done / total) * BAR_COLUMNS);
			const bar = '#'.repeat(filled).padEnd(BAR_COLUMNS, '.');
			stderr.write(`${CLEAR}${fit(`[${bar}] ${text(done)} of ${text(total)}  ${printable(of)}`, (stderr.columns || 80) - 1)}`);
		},
		clear() {
			if (Number.isFinite(drawnMs)) stderr.write(CLEAR);
		},
	};
}
