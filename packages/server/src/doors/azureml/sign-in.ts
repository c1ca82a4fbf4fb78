/**
 * How clients of Azure come by a token without a line of code: a managed identity on this machine, which is the user who runs the server,
 * and a service principal, whose password is a token of this server.
 */
import { RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessService } from '../../capabilities/access/service.ts';
import type { Addresses } from '../../http/addresses.ts';
import type { Guard } from '../../http/guard.ts';
import { type Fields, objectOf, textOf } from './fields.ts';

/** Clients ask anew for each request, so that it need not be long. */
const IDENTITY_TOKEN_SECONDS = 3_600;

interface SignInOptions {
	readonly guard: Guard;
	readonly access: AccessService;
	readonly addresses: Addresses;
}

export function serveSignIn(app: FastifyInstance, { guard, access, addresses }: SignInOptions): void {
	const identityToken = async (request: FastifyRequest): Promise<{ token: string; expirySeconds: number }> => {
		const { secret, metadata } = request.headers;
		if (typeof secret === 'string' && secret !== '') {
			const { token } = await access.principalOfToken(secret);
			return { token: secret, expirySeconds: token?.expirySeconds ?? 0 };
		}
		// What a page of another site, or a proxy that follows orders, cannot add.
		if (metadata !== 'true')
			throw new RunsteadError('unauthorized', { reason: 'a managed identity is asked for with the header "Metadata: true" or a secret' });
		if (request.headers.authorization !== undefined)
			throw new RunsteadError('unauthorized', { reason: 'who has a token gives it as the secret, and is given no other one' });
		const { name, permissions } = await guard.admit(request.raw);
		const { token, expiryTimeMicros } = await access.makeToken({
			...{ subject: name, permissions: [...permissions], workspaceId: null, runId: null },
			expiresInSeconds: IDENTITY_TOKEN_SECONDS,
		});
		return { token, expirySeconds: expiryTimeMicros / 1_000_000 };
	};

	// Clients that have a secret put a slash behind the address that they were given.
	for (const url of ['/msi/token', '/msi/token/'])
		app.route({
			method: ['GET', 'POST'],
			url,
			async handler(request, reply) {
				guard.screen(request.raw);
				const { token, expirySeconds } = await identityToken(request);
				const fields = (request.method === 'POST' ? (request.body ?? {}) : request.query) as Fields;
				return reply.header('cache-control', 'no-store').send({
					access_token: token,
					token_type: 'Bearer',
					expires_on: String(expirySeconds),
					resource: textOf(fields, 'resource') ?? '',
				});
			},
		});

	app.get('/adfs/.well-known/openid-configuration', (request, reply) => {
		guard.screen(request.raw);
		const authority = `${addresses.best(request.raw)}/adfs`;
		return reply.send({
			issuer: authority,
			token_endpoint: `${authority}/oauth2/token`,
			authorization_endpoint: `${authority}/oauth2/authorize`,
		});
	});

	app.post('/adfs/oauth2/token', async (request, reply) => {
		guard.screen(request.raw);
		const fields = objectOf(request.body);
		const refuse = (error: string, description: string): FastifyReply =>
			reply.code(error === 'invalid_client' ? 401 : 400).send({ error, error_description: description });
		if (textOf(fields, 'grant_type') !== 'client_credentials')
			return refuse('unsupported_grant_type', 'Only client_credentials is served: give a token of this server as the secret.');
		const secret = textOf(fields, 'client_secret') ?? '';
		try {
			const { token } = await access.principalOfToken(secret);
			const expiresIn = Math.max(0, (token?.expirySeconds ?? 0) - Math.floor(Date.now() / 1_000));
			return reply.header('cache-control', 'no-store').send({ access_token: secret, token_type: 'Bearer', expires_in: expiresIn });
		} catch (error) {
			if (error instanceof RunsteadError && error.status === 401)
				return refuse('invalid_client', `${error.message} The password of the service principal is a token: runstead token create.`);
			throw error;
		}
	});
}
