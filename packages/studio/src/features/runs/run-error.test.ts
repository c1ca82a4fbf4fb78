import { expect, test } from 'vitest';
import { partsOf } from './run-error.ts';

const TRACEBACK = `Traceback (most recent call last):
  File "train.py", line 3, in <module>
    read()
    ~~~~^^
  File "train.py", line 2, in read
    raise ValueError("no data\\n  in the folder")
ValueError: no data
  in the folder`;

test('the exception of a job comes first, its traceback and exit code after it', () => {
	expect(partsOf({ message: `${TRACEBACK}\n`, details: 'The process ended with exit code 1.' })).toEqual({
		headline: 'ValueError: no data',
		note: 'The process ended with exit code 1.',
		text: TRACEBACK,
	});
});

test('of exceptions that followed one another the last one is told', () => {
	const message = `${TRACEBACK}\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "train.py", line 9, in <module>\n    close()\nKeyboardInterrupt`;
	expect(partsOf({ message }).headline).toBe('KeyboardInterrupt');
});

test('the message of a run stands as it is, with its traceback below', () => {
	expect(partsOf({ message: 'ValueError: no data', details: TRACEBACK })).toEqual({
		headline: 'ValueError: no data',
		note: null,
		text: TRACEBACK,
	});
	expect(partsOf({ message: 'the disk is full' })).toEqual({ headline: 'the disk is full', note: null, text: null });
});

test('output without a traceback ends with what matters', () => {
	expect(partsOf({ message: 'loading\nsegmentation fault\n' })).toEqual({
		headline: 'segmentation fault',
		note: null,
		text: 'loading\nsegmentation fault',
	});
});

test('an exception of azureml is told by its message, not by the document that ends it', () => {
	const text = 'UserErrorException:\n\tMessage: A metric has a name.\n\tInnerException None\n\tErrorResponse \n{\n    "error": {}\n}';
	expect(partsOf({ message: text }).headline).toBe('A metric has a name.');
	expect(partsOf({ message: `Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n${text}` }).headline).toBe(
		'A metric has a name.',
	);
});
