/** What is known of the tokens that people made: who may list them, which are revoked, when each was last used. */
import { type AccessToken, checkLimit, RunsteadError } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import * as store from './store.ts';
import type { TokenGrant } from './token-grant.ts';

const SECOND_MICROS = 1_000_000;
/** How long another server may go on to accept a token that was revoked through this one. */
const KNOWN_FOR_MICROS = 3 * SECOND_MICROS;
const HOUR_MICROS = 3_600 * SECOND_MICROS;
/** A token that is over is refused by its own date; what is known of it stays this long, for who asks what it was. */
const KEPT_AFTER_EXPIRY_MICROS = 90 * 24 * HOUR_MICROS;
/** More tokens than are used in a few seconds. */
const KNOWN_TOKENS_MAX = 1_000;

export interface TokenNote {
	readonly note: string;
	/** Who makes it, which may be another than whose it is. */
	readonly actor: string;
	readonly workspaceKey: number | null;
	/** Name of the cluster that it is for. */
	readonly compute: string | null;
}

interface NewRecord {
	readonly id: string;
	readonly grant: TokenGrant;
	readonly note: TokenNote;
	readonly expiryTimeMicros: number;
}

export function createTokenRecords(database: Database, clock: Clock) {
	/** What was read of the tokens in use, in the order of reading. */
	const known = new Map<string, { readTime: number; record: store.TokenRecord }>();

	const remember = (record: store.TokenRecord): void => {
		// A read that began before the token was revoked may end after it.
		if (record.revoked_time === null && (known.get(record.id)?.record.revoked_time ?? null) !== null) return;
		known.delete(record.id);
		known.set(record.id, { readTime: clock(), record });
		const [oldest] = known.keys();
		if (known.size > KNOWN_TOKENS_MAX && oldest !== undefined) known.delete(oldest);
	};

	const readOrNull = async (id: string): Promise<store.TokenRecord | null> => {
		const cached = known.get(id);
		if (cached !== undefined && clock() - cached.readTime < KNOWN_FOR_MICROS) return cached.record;
		const record = await store.tokenById(database.read, id);
		if (record !== undefined) remember(record);
		return record ?? null;
	};

	/** Once an hour, so that reading does not become writing; a disk that is full keeps nobody from reading. */
	const noteUse = async (record: store.TokenRecord): Promise<void> => {
		const hour = Math.floor(clock() / HOUR_MICROS) * HOUR_MICROS;
		if (record.last_used_time !== null && record.last_used_time >= hour) return;
		remember({ ...record, last_used_time: hour });
		await database
			.write(({ db }) => store.setUsed(db, record.id, hour))
			.catch((error: unknown) => {
				if (database.errorOrNull(error) === null) throw error;
			});
	};

	return {
		/** @throws {RunsteadError} limit-exceeded. */
		add: ({ id, grant, note: { note, actor, workspaceKey, compute }, expiryTimeMicros }: NewRecord): Promise<void> =>
			database.write(async (unit) => {
				await store.deleteExpiredBefore(unit.db, unit.now - KEPT_AFTER_EXPIRY_MICROS);
				const count = await store.countGood(unit.db, unit.now);
				checkLimit('The number of tokens', count + 1, 'accessTokens');
				await store.insertToken(unit.db, {
					id,
					note,
					subject: grant.subject,
					permissions: grant.permissions.join(' '),
					workspace_key: workspaceKey,
					compute,
					created_time: unit.now,
					created_by: actor,
					expiry_time: expiryTimeMicros,
					last_used_time: null,
					revoked_time: null,
					revoked_by: null,
				});
				const data = { note, workspaceId: grant.workspaceId, expiryTime: toWireTime(expiryTimeMicros) };
				unit.emit({ workspaceKey, type: 'token.created', subject: id, actor, data });
			}),

		/** @throws {RunsteadError} token-revoked; unauthorized when nothing is known of it. */
		async check(id: string): Promise<void> {
			const record = await readOrNull(id);
			// A backup from before it was made has been restored.
			if (record === null) throw new RunsteadError('unauthorized', { reason: 'this server has no record of the token' });
			if (record.revoked_time !== null)
				throw new RunsteadError('token-revoked', {
					token: id,
					time: toWireTime(record.revoked_time),
					actor: record.revoked_by ?? 'somebody',
				});
			await noteUse(record);
		},

		/** Those of one workspace where its id is given. */
		async list(query: {
			ended: boolean;
			workspaceId: string | null;
			limit: number;
			cursor: string | undefined;
		}): Promise<{ tokens: AccessToken[]; nextCursor: string | null }> {
			const { ended, workspaceId, limit, cursor } = query;
			const [beforeKey] = cursor === undefined ? [undefined] : decodeCursor(cursor, ['integer']);
			const goodAt = ended ? null : clock();
			const rows = await store.tokensNewestFirst(database.read, { goodAt, workspaceId, beforeKey, limit: limit + 1 });
			const page = pageOf(rows, limit, (last) => [last.key]);
			return { tokens: page.rows.map(present), nextCursor: page.nextCursor };
		},

		/** @throws {RunsteadError} not-found, also when it is not of the workspace whose id is given. */
		async revoke(id: string, workspaceId: string | null, actor: string): Promise<AccessToken> {
			const revoked = await database.write(async (unit) => {
				const record = await store.tokenById(unit.db, id);
				if (!record || (workspaceId !== null && record.workspace_id !== workspaceId))
					throw new RunsteadError('not-found', { noun: 'token', given: id });
				if (record.revoked_time !== null) return record;
				await store.setRevoked(unit.db, id, unit.now, actor);
				unit.emit({ workspaceKey: record.workspace_key, type: 'token.revoked', subject: id, actor, data: { note: record.note } });
				return { ...record, revoked_time: unit.now, revoked_by: actor };
			});
			remember(revoked);
			return present(revoked);
		},
	};
}

function present(record: store.TokenRecord): AccessToken {
	return {
		id: record.id,
		note: record.note,
		subject: record.subject,
		permissions: record.permissions.split(' '),
		workspace: record.workspace_name,
		compute: record.compute,
		createdTime: toWireTime(record.created_time),
		createdBy: record.created_by,
		expiryTime: toWireTime(record.expiry_time),
		lastUsedTime: toWireTimeOrNull(record.last_used_time),
		revokedTime: toWireTimeOrNull(record.revoked_time),
		revokedBy: record.revoked_by,
	};
}
