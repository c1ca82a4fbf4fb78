/** The bytes of a reply, as they come: all that it announced, or an error. */
import { CommandError } from '../command.ts';

/** How long the reply says that it is; null where it does not, as of a log that grows. */
function announcedBytesOrNull({ headers }: Response): number | null {
	const length = headers.get('content-length');
	return length === null || headers.has('content-encoding') ? null : Number(length);
}

/**
 * Takes the reply and not its body alone: the body of a reply that nothing holds any more is ended by the garbage collector, as if it were empty.
 * @param what The file that comes, for the error.
 * @throws {CommandError} when less or more comes than the reply announced.
 */
export async function* piecesOf(reply: Response, what: string): AsyncGenerator<Uint8Array> {
	let count = 0;
	for await (const piece of reply.body ?? []) {
		count += piece.length;
		yield piece;
	}
	const announced = announcedBytesOrNull(reply);
	if (announced !== null && count !== announced) throw new CommandError(`Of ${what} ${count} of ${announced} bytes came.`, 'Try again.');
}
