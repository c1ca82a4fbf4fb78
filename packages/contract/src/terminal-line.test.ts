import { expect, test } from 'vitest';
import { terminalLine } from './terminal-line.ts';

test.each([
	['plain', 'epoch 1', 'epoch 1'],
	['line end of Windows', 'epoch 1\r', 'epoch 1'],
	['progress bar', ' 10%|#   |\r 50%|##  |\r100%|####|', '100%|####|'],
	['shorter text over longer', 'downloading\rdone', 'doneloading'],
	['erased to the right', 'downloading\rdone\u001b[K', 'done'],
	['colours', '\u001b[1;31merror\u001b[0m: no such file', 'error: no such file'],
	['title of a terminal', '\u001b]0;train\u0007start', 'start'],
	['backspaces', 'ab\b\bcd', 'cd'],
	['nothing but returns', '\r\r', ''],
])('%s', (_, raw, shown) => {
	expect(terminalLine(raw)).toBe(shown);
});
