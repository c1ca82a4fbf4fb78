/** How the scripts print: one calm line a step, colour only on a terminal. */

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);

export function print(text = ''): void {
	process.stdout.write(`${text}\n`);
}

export function inSeconds(durationMs: number): string {
	return `${(durationMs / 1000).toFixed(1)} s`;
}
