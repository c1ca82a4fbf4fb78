/** What a server of MLflow answers to calls that not every release has. */
import { SourceRefusal } from './mlflow-source.ts';

const NO_SUCH_CALL = new Set([404, 405, 501]);
/** Of what it says. */
const SHOWN_CHARACTERS = 500;

/** Whether the server has such a call at all. @throws {SourceRefusal} when it has, and does not answer it. */
export async function isOffered(reply: Response): Promise<boolean> {
	if (reply.ok) return true;
	if (NO_SUCH_CALL.has(reply.status)) return false;
	const { origin, pathname } = new URL(reply.url);
	throw new SourceRefusal(`${origin}${pathname} answered ${reply.status}: ${(await reply.text()).slice(0, SHOWN_CHARACTERS)}`);
}
