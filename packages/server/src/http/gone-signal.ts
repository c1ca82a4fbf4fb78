/** Tells when the client has gone: nobody then waits for the answer. */
import type { FastifyReply } from 'fastify';

export function goneSignal(reply: FastifyReply): AbortSignal {
	const gone = new AbortController();
	reply.raw.on('close', () => gone.abort());
	return gone.signal;
}
