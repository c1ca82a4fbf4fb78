/** Finds what a command means by its id, or by the beginning of it, as lists show it. */
import { RequestError } from '@runstead/client';
import { CommandError } from './command.ts';

/** As many candidates as a person looks through. */
const CANDIDATES_SHOWN = 10;

/**
 * Does something with the id as it was given; if there is no such thing, with the one whose id begins so.
 * @throws {CommandError} when several begin so; what `work` throws when none does.
 */
export async function withIdThatBegins<T>(
	given: string,
	work: (id: string) => Promise<T>,
	all: () => AsyncIterable<{ readonly id: string }> | Iterable<{ readonly id: string }>,
): Promise<T> {
	try {
		return await work(given);
	} catch (error) {
		if (!(error instanceof RequestError && error.code === 'not-found') || given === '') throw error;
		const found: string[] = [];
		for await (const { id } of all()) if (id.startsWith(given)) found.push(id);
		const [only] = found;
		if (only === undefined) throw error;
		if (found.length === 1) return work(only);
		const more = found.length > CANDIDATES_SHOWN ? [`and ${found.length - CANDIDATES_SHOWN} more`] : [];
		throw new CommandError(
			`${found.length} ids begin with ${given}:\n    ${[...found.slice(0, CANDIDATES_SHOWN), ...more].join('\n    ')}`,
			'Give more of the id.',
		);
	}
}
