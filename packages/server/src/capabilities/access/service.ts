/**
 * Access tokens: signed JWTs, since real clients parse them. What a token says always restricts. Those that people make are kept track
 * of, and can be revoked; those of runs and agents are not: they die with their run or cluster.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PERMISSIONS, type Permission, RunsteadError } from '@runstead/contract';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { ALL_PERMISSIONS, type Principal } from '../../http/principal.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { TokenGrant } from './token-grant.ts';
import { createTokenRecords, type TokenNote } from './token-records.ts';

const ALGORITHM = 'HS256';
const KEY_BYTES = 32;
/** Each job has one, and each agent: those at work are looked at often. */
const VERIFIED_TOKENS_MAX = 2_000;

/** What a running script needs: its own run and descendants, and to read its workspace. */
export const RUN_TOKEN_PERMISSIONS: readonly Permission[] = ['workspace.read', 'run.read', 'run.write', 'model.write'];
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

/** The audience of tokens that are links: they stand for nobody. */
const FILE_LINK = 'file-link';

/** Whose file it is: a run's, or one of a set of files. */
export type FilePlace = ({ readonly run: string } | { readonly fileSet: string }) & { readonly path: string };

export interface FileLink {
	readonly place: FilePlace;
	readonly mayWrite: boolean;
	/** For whom it was made. */
	readonly actor: string;
}

interface MadeToken {
	readonly token: string;
	readonly expiryTimeMicros: number;
}

export function createAccessService({ keyFile, tenantId, database, clock }: AccessOptions) {
	const key = loadOrMakeKey(keyFile);
	const records = createTokenRecords(database, clock);
	/** What tokens say whose signature was looked at already: an agent shows its own with every request. */
	const verified = new Map<string, Principal>();

	const verify = async (token: string): Promise<Principal> => {
		const { payload } = await jwtVerify(token, key, { algorithms: [ALGORITHM] }).catch((error: unknown) => {
			const reason = error instanceof errors.JWTExpired ? 'the token has expired' : 'the token is not one that this server made';
			throw new RunsteadError('unauthorized', { reason }, { cause: error });
		});
		if (payload.aud !== undefined) throw new RunsteadError('unauthorized', { reason: 'it is a link to one file, and no token' });
		const principal = principalOf(payload);
		if (verified.size >= VERIFIED_TOKENS_MAX) verified.clear();
		verified.set(token, principal);
		return principal;
	};

	const sign = async (
		{ subject, permissions, workspaceId, runId, target, compute, agent, expiresInSeconds }: TokenGrant,
		id: string,
		isRecorded: boolean,
	): Promise<MadeToken> => {
		const issued = Math.floor(Date.now() / 1000);
		const expiry = issued + expiresInSeconds;
		// "tid" is what Azure's clients look for; "ws", "run", "target", "compute", "agent" and "rec" (look it up by its id) are ours.
		const token = await new SignJWT({
			tid: tenantId,
			scope: permissions.join(' '),
			...(workspaceId !== null && { ws: workspaceId }),
			...(runId !== null && { run: runId }),
			...(target !== undefined && { target }),
			...(compute !== undefined && { compute }),
			...(agent !== undefined && { agent }),
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

		/**
		 * For one node that has joined a cluster: it acts as that agent alone, and ends when the token that it joined with does, which
		 * may be revoked. Null for whoever needs no token.
		 */
		async makeNodeToken(
			{ token, permissions, name }: Principal,
			node: Pick<TokenGrant, 'workspaceId' | 'target' | 'agent'>,
		): Promise<string | null> {
			if (token === null) return null;
			const allowed = JOINED_TOKEN_PERMISSIONS.filter((permission) => permissions.has(permission));
			const expiresInSeconds = token.expirySeconds - Math.floor(Date.now() / 1000);
			const grant = { ...node, subject: name, permissions: allowed, runId: null, expiresInSeconds };
			return (await sign(grant, token.id, token.isRecorded)).token;
		},

		/** What lets its bearer read, or write, one file, for clients that fetch files by their address alone. */
		async makeFileLink({ place, mayWrite, actor }: FileLink, expiresInSeconds: number): Promise<string> {
			return new SignJWT({ ...place, write: mayWrite })
				.setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
				.setAudience(FILE_LINK)
				.setSubject(actor)
				.setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
				.sign(key);
		},

		/** @throws {RunsteadError} unauthorized, saying what is wrong with the link. */
		async fileLinkOf(link: string): Promise<FileLink> {
			const { payload } = await jwtVerify(link, key, { algorithms: [ALGORITHM], audience: FILE_LINK }).catch((error: unknown) => {
				const reason = error instanceof errors.JWTExpired ? 'the link has expired' : 'the link is not one that this server made';
				throw new RunsteadError('unauthorized', { reason }, { cause: error });
			});
			const path = String(payload.path);
			const place = typeof payload.fileSet === 'string' ? { fileSet: payload.fileSet, path } : { run: String(payload.run), path };
			return { place, mayWrite: payload.write === true, actor: payload.sub ?? 'link' };
		},

		listTokens: records.list,
		revokeToken: records.revoke,

		/** @throws {RunsteadError} unauthorized, saying what is wrong with the token; token-revoked. */
		async principalOfToken(token: string): Promise<Principal> {
			const known = verified.get(token);
			const principal = known?.token && known.token.expirySeconds > Date.now() / 1000 ? known : await verify(token);
			if (principal.token?.isRecorded) await records.check(principal.token.id);
			return principal;
		},
	};
}

/** What a token that was verified says. */
function principalOf(payload: JWTPayload): Principal {
	const granted = String(payload.scope ?? '').split(' ');
	return {
		name: payload.sub ?? 'token',
		permissions: new Set(granted.filter((permission): permission is Permission => permission in PERMISSIONS)),
		workspaceId: typeof payload.ws === 'string' ? payload.ws : null,
		runId: typeof payload.run === 'string' ? payload.run : null,
		target: typeof payload.target === 'string' ? payload.target : null,
		agent: typeof payload.agent === 'string' ? payload.agent : null,
		token: { id: String(payload.jti), isRecorded: payload.rec === true, expirySeconds: payload.exp ?? 0 },
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
