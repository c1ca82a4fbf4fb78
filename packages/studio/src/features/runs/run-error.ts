/** What ended a run, parted into what is read first and what is looked into. */
import type { RunError } from '@runstead/contract';

export interface RunErrorParts {
	/** One line: the exception, else what was said last. */
	readonly headline: string;
	/** What else was said about it in a line, such as the exit code; null if nothing. */
	readonly note: string | null;
	/** The whole traceback or output; null where the headline is all there is. */
	readonly text: string | null;
}

/** What an exception of azureml says, on a line of its own amid what it is made of. */
const AZUREML_MESSAGE = /^\s*Message:\s*(\S.*)$/;
/** A line of a Python traceback that names a place in the source. */
const FRAME = /^\s*File ".*", line \d+/;

/** A job's message is what its script printed last, with the exit code as details; a run's own message is one line, with the traceback as details. */
export function partsOf(error: Pick<RunError, 'message' | 'details'>): RunErrorParts {
	const message = error.message.trim();
	const details = error.details?.trim() ?? '';
	const note = details === '' || isLong(details) ? null : details;
	if (!isLong(message)) return { headline: message, note, text: isLong(details) ? details : null };
	return { headline: lastWords(message), note, text: isLong(details) ? `${message}\n\n${details}` : message };
}

function isLong(text: string): boolean {
	return text.includes('\n');
}

/** The exception stands after the last frame, in the first line that is not indented; a text without frames ends with what matters. */
function lastWords(text: string): string {
	const lines = text.split('\n');
	const lastFrame = lines.findLastIndex((line) => FRAME.test(line));
	const after = lines.slice(lastFrame + 1);
	const message = after.flatMap((line) => AZUREML_MESSAGE.exec(line)?.[1] ?? [])[0];
	const exception = lastFrame < 0 ? undefined : after.find((line) => /^\S/.test(line));
	return message ?? exception ?? lines.at(-1)?.trim() ?? text;
}
