/** One line at the foot of the terminal that is written over and over; where there is no terminal, a line whenever its gist changes. */
import { fit, printable } from '../output/text-width.ts';
import { remark } from '../terminal.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const CLEAR = '\r\u001b[2K';

export interface LiveLine {
	/** @param gist what is worth a line of its own in a log: without the seconds that pass. */
	show(text: string, gist: string): void;
	/** Takes it away, so that other output may come. */
	clear(): void;
}

export function createLiveLine(): LiveLine {
	const { stderr } = process;
	let shownGist = '';
	let frame = 0;
	if (!stderr.isTTY || process.env.TERM === 'dumb')
		return {
			show(_, gist) {
				if (gist !== shownGist) remark(gist);
				shownGist = gist;
			},
			clear() {},
		};
	return {
		show(text) {
			frame = (frame + 1) % FRAMES.length;
			// A line that wraps could not be written over.
			stderr.write(`${CLEAR}${fit(`${FRAMES[frame]} ${printable(text)}`, (stderr.columns || 80) - 1)}`);
		},
		clear() {
			stderr.write(CLEAR);
		},
	};
}
