/** One line at the foot of the terminal that is written over and over; where there is no terminal, a line whenever its gist changes. */
import { fit, printable, widthOf } from '../output/text-width.ts';
import { remark } from '../terminal.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const CLEAR = '\r\u001b[2K';

export interface LiveLine {
	/**
	 * @param subject whom it is about, `testexperiment_1`: left out where the terminal is too narrow for both.
	 * @param gist what is worth a line of its own in a log: without the seconds that pass.
	 */
	show(subject: string, text: string, gist: string): void;
	/** Takes it away, so that other output may come. */
	clear(): void;
}

export function createLiveLine(): LiveLine {
	const { stderr } = process;
	let shownGist = '';
	let frame = 0;
	if (!stderr.isTTY || process.env.TERM === 'dumb')
		return {
			show(subject, _, gist) {
				if (gist !== shownGist) remark(`${subject}: ${gist}`);
				shownGist = gist;
			},
			clear() {},
		};
	return {
		show(subject, text) {
			frame = (frame + 1) % FRAMES.length;
			// A line that wraps could not be written over.
			const room = (stderr.columns || 80) - 1;
			const [whole, short] = [`${subject}: ${text}`, text].map((line) => `${FRAMES[frame]} ${printable(line)}`) as [string, string];
			stderr.write(`${CLEAR}${fit(widthOf(whole) > room && widthOf(subject) > room / 2 ? short : whole, room)}`);
		},
		clear() {
			stderr.write(CLEAR);
		},
	};
}
