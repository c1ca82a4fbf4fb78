/**
 * Access tokens: signed JWTs, since real clients parse them. What a token says always restricts. Those that people make are kept track
 * of, and can be revoked; those of runs and agents are not: they die with their run or cluster.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PERMISSIONS, type Permission, RunsteadError } from '@runstead/contract';
import { errors, jwtVerify, SignJWT } from 'jose';
import { ALL_PERMISSIONS, type Principal } from '../../http/principal.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { TokenGrant } from './token-grant.ts';
import { createTokenRecords, type TokenNote } from './token-records.ts';

const ALGORITHM = 'HS256';
const KEY_BYTES = 32;

/** What a running script needs: its own run and descendants, and to read its workspace. */
export const RUN_TOKEN_PERMISSIONS: readonly Permission[] = ['workspace.read', 'run.read', 'run.write'];
/** What an agent of another machine needs: the jobs of its compute target, the code of their runs, and their logs and files. */
export const JOINED_TOKEN_PERMISSIONS: readonly Permission[] = ['job.agent', 'run.read', 'run.write'];
/** What an agent of this machine needs: jobs, their snapshots, and the runs' logs and files. */
export const AGENT_TOKEN_PERMISSIONS: readonly Permission[] = ['job.agent', 'workspace.read', 'run.read', 'run.write'];

export type AccessService = ReturnType<typeof createAccessService>;

export interface AccessOptions {
	readonly keyFile: string;
	readonly tenantId: string;
	readonly database: Database;
	readonly clock: Clock;
}

interface MadeToken {
	readonly token: string;
	readonly expiryTimeMicros: number;
}

export function createAccessService({ keyFile, tenantId, database, clock }: AccessOptions) {
	const key = loadOrMakeKey(keyFile);
	const records = createTokenRecords(database, clock);

	const sign = async (
		{ subject, permissions, workspaceId, runId, target, expiresInSeconds }: TokenGrant,
		id: string,
		isRecorded: boolean,
	): Promise<MadeToken> => {
		const issued = Math.floor(Date.now() / 1000);
		const expiry = issued + expiresInSeconds;
		// "tid" is what Azure's clients look for; "ws", "run", "target" and "rec" (look it up by its id) are ours.
		const token = await new SignJWT({
			tid: tenantId,
			scope: permissions.join(' '),
			...(workspaceId !== null && { ws: workspaceId }),
			...(runId !== null && { run: runId }),
			...(target !== undefined && { target }),
			...(isRecorded && { rec: true }),
		})
			.setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
			.setSubject(subject)
			.setIssuedAt(issued)
			.setExpirationTime(expiry)
			.setJti(id)
			.sign(key);
		return { token, expiryTimeMicros: expiry * 1_000_000 };
	};

	return {
		/** For a run or an agent: nothing is kept of it. */
		makeToken: (grant: TokenGrant): Promise<MadeToken> => sign(grant, randomUUID(), false),

		/** For a person: it is in the list, and can be revoked. @throws {RunsteadError} limit-exceeded. */
		async makeRecordedToken(grant: TokenGrant, note: TokenNote): Promise<MadeToken & { id: string }> {
			const id = randomUUID();
			const made = await sign(grant, id, true);
			await records.add({ id, grant, note, expiryTimeMicros: made.expiryTimeMicros });
			return { id, ...made };
		},

		listTokens: records.list,
		revokeToken: records.revoke,

		/** @throws {RunsteadError} unauthorized, saying what is wrong with the token; token-revoked. */
		async principalOfToken(token: string): Promise<Principal> {
			const { payload } = await jwtVerify(token, key, { algorithms: [ALGORITHM] }).catch((error: unknown) => {
				const reason = error instanceof errors.JWTExpired ? 'the token has expired' : 'the token is not one that this server made';
				throw new RunsteadError('unauthorized', { reason }, { cause: error });
			});
			if (payload.rec === true) await records.check(String(payload.jti));
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
export function parsePermissions(names: readonly string[]): readonly Permission[] {
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
