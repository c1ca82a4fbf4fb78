/** Answers that are being worked out: a stop waits for them, so that none asks a database that is closed. */
import type { FastifyInstance } from 'fastify';

/** Whoever asked is gone by then; what takes longer, such as a stream, is given up. */
const WAIT_MAX_MS = 5_000;

/** Gives what each answer is to pass through. */
export function waitForAnswersAtClose(app: FastifyInstance): <Answer>(answer: Promise<Answer>) => Promise<Answer> {
	const inProgress = new Set<Promise<unknown>>();
	app.addHook('onClose', async () => {
		let timer: NodeJS.Timeout | undefined;
		const tooLong = new Promise((resolve) => {
			timer = setTimeout(resolve, WAIT_MAX_MS);
		});
		await Promise.race([Promise.allSettled(inProgress), tooLong]);
		clearTimeout(timer);
	});
	return (answer) => {
		inProgress.add(answer);
		const done = (): void => {
			inProgress.delete(answer);
		};
		answer.then(done, done);
		return answer;
	};
}
