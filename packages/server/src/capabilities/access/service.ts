/** Access tokens: signed JWTs, since real clients parse them. What a token says always restricts. */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PERMISSIONS, type Permission, RunsteadError } from '@runstead/contract';
import { errors, jwtVerify, SignJWT } from 'jose';
import { ALL_PERMISSIONS, type Principal } from '../../http/principal.ts';

const ALGORITHM = 'HS256';
const KEY_BYTES = 32;

/** What a running script needs: its own run and descendants, and to read its workspace. */
export const RUN_TOKEN_PERMISSIONS: readonly Permission[] = ['workspace.read', 'run.read', 'run.write'];
/** What an agent of another machine needs: the jobs of its compute target, the code of their runs, and their logs and files. */
export const JOINED_TOKEN_PERMISSIONS: readonly Permission[] = ['job.agent', 'run.read', 'run.write'];
/** What an agent of this machine needs: jobs, their snapshots, and the runs' logs and files. */
export const AGENT_TOKEN_PERMISSIONS: readonly Permission[] = ['job.agent', 'workspace.read', 'run.read', 'run.write'];

export interface TokenGrant {
	readonly subject: string;
	readonly permissions: readonly Permission[];
	readonly workspaceId: string | null;
	readonly runId: string | null;
	/** The compute target that it is bound to; absent: none. */
	readonly target?: string;
	readonly expiresInSeconds: number;
}

export type AccessService = ReturnType<typeof createAccessService>;

export function createAccessService({ keyFile, tenantId }: { keyFile: string; tenantId: string }) {
	const key = loadOrMakeKey(keyFile);

	return {
		async makeToken({
			subject,
			permissions,
			workspaceId,
			runId,
			target,
			expiresInSeconds,
		}: TokenGrant): Promise<{ token: string; expiryTimeMicros: number }> {
			const issued = Math.floor(Date.now() / 1000);
			const expiry = issued + expiresInSeconds;
			// "tid" is what Azure's clients look for; "ws", "run" and "target" are ours.
			const token = await new SignJWT({
				tid: tenantId,
				scope: permissions.join(' '),
				...(workspaceId !== null && { ws: workspaceId }),
				...(runId !== null && { run: runId }),
				...(target !== undefined && { target }),
			})
				.setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
				.setSubject(subject)
				.setIssuedAt(issued)
				.setExpirationTime(expiry)
				.setJti(randomUUID())
				.sign(key);
			return { token, expiryTimeMicros: expiry * 1_000_000 };
		},

		/** @throws {RunsteadError} unauthorized, saying what is wrong with the token. */
		async principalOfToken(token: string): Promise<Principal> {
			const { payload } = await jwtVerify(token, key, { algorithms: [ALGORITHM] }).catch((error: unknown) => {
				const reason = error instanceof errors.JWTExpired ? 'the token has expired' : 'the token is not one that this server made';
				throw new RunsteadError('unauthorized', { reason }, { cause: error });
			});
			const granted = String(payload.scope ?? '').split(' ');
			return {
				name: payload.sub ?? 'token',
				permissions: new Set(granted.filter((permission): permission is Permission => permission in PERMISSIONS)),
				workspaceId: typeof payload.ws === 'string' ? payload.ws : null,
				runId: typeof payload.run === 'string' ? payload.run : null,
				target: typeof payload.target === 'string' ? payload.target : null,
			};
		},
	};
}

/** @throws {RunsteadError} invalid-request naming a permission that there is not. */
export function parsePermissions(names: readonly string[] | undefined): readonly Permission[] {
	if (names === undefined) return [...ALL_PERMISSIONS];
	const unknown = names.find((name) => !(name in PERMISSIONS));
	if (unknown !== undefined)
		throw new RunsteadError('invalid-request', {
			what: `There is no permission ${JSON.stringify(unknown)}; there are ${[...ALL_PERMISSIONS].join(', ')}.`,
		});
	return names as Permission[];
}

function loadOrMakeKey(file: string): Uint8Array {
	if (!existsSync(file)) {
		mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
		writeFileSync(file, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600, flag: 'wx' });
	}
	return Buffer.from(readFileSync(file, 'utf8'), 'base64');
}
