/** Who holds a blob, counted in the transaction that changes it; content goes after the commit that takes its last holder away. */
import { BLOB_PREFIXES, type Blobs } from './blobs.ts';
import type { Database } from './database.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export type BlobHolders = ReturnType<typeof createBlobHolders>;

/** Contents that one transaction looks at when it removes what nobody holds. */
const CONTENTS_PER_REMOVAL = 200;
/** Content without a row is either about to get one or was left by a crash; by this age, the latter. */
const ABANDONED_AFTER_MS = 86_400_000;

export function createBlobHolders(database: Database, blobs: Blobs) {
	/**
	 * Removes those contents that nobody holds. It looks and removes within a transaction, since no holder can appear meanwhile;
	 * content in use just now is looked at again when it is released.
	 */
	const removeUnheld = async (sha256s: readonly string[]): Promise<void> => {
		for (let at = 0; at < sha256s.length; at += CONTENTS_PER_REMOVAL) {
			const some = sha256s.slice(at, at + CONTENTS_PER_REMOVAL);
			const busy = await database.write(async ({ db }) => {
				const rows = await db.selectFrom('blob').select('sha256').where('sha256', 'in', some).execute();
				const held = new Set(rows.map(({ sha256 }) => sha256));
				return some.filter((sha256) => !held.has(sha256) && !blobs.removeUnlessInUse(sha256));
			});
			for (const sha256 of busy) void blobs.released(sha256).then(() => removeLater([sha256]));
		}
	};

	/** A failed removal (the database is closing, or away) is made good by the next sweep. */
	const removeLater = (sha256s: readonly string[]): void => void removeUnheld(sha256s).catch(() => undefined);

	const heldContents = (prefix: string): Promise<{ sha256: string; size_bytes: number }[]> =>
		database.read
			.selectFrom('blob')
			.select(['sha256', 'size_bytes'])
			.where('sha256', '>=', prefix)
			.where('sha256', '<', `${prefix}g`)
			.execute();

	return {
		/** Adds one holder of a content that is stored. */
		async hold(unit: UnitOfWork, sha256: string, sizeBytes: number): Promise<void> {
			await unit.execute(
				'insert into blob (sha256, size_bytes, holders) values (?, ?, 1) on conflict (sha256) do update set holders = blob.holders + 1',
				[sha256, sizeBytes],
			);
		},

		/** Takes holders away; the bytes that come free, because nobody else holds them. */
		async letGo(unit: UnitOfWork, holders: ReadonlyMap<string, number>): Promise<number> {
			const unheld: string[] = [];
			let freedBytes = 0;
			for (const [sha256, count] of holders) {
				const [row] = await unit.execute('update blob set holders = holders - ? where sha256 = ? returning holders, size_bytes', [
					count,
					sha256,
				]);
				if (!row || Number(row.holders) > 0) continue;
				unheld.push(sha256);
				freedBytes += Number(row.size_bytes);
			}
			for (const sha256 of unheld) await unit.execute('delete from blob where sha256 = ?', [sha256]);
			if (unheld.length > 0) unit.afterCommit(() => removeLater(unheld));
			return freedBytes;
		},

		/** Looks again at a content whose holder did not come to be. */
		reconsider: (sha256: string): void => removeLater([sha256]),

		/** Removes content that no row names, and what interrupted requests left, once they are old enough to be nobody's. */
		async sweep(): Promise<void> {
			const before = Date.now() - ABANDONED_AFTER_MS;
			await blobs.sweepIncoming(before);
			for (const prefix of BLOB_PREFIXES) {
				const sha256s = await blobs.list(prefix);
				const held = new Set(sha256s.length === 0 ? [] : (await heldContents(prefix)).map(({ sha256 }) => sha256));
				const abandoned: string[] = [];
				for (const sha256 of sha256s) if (!held.has(sha256) && (await blobs.isOlderThan(sha256, before))) abandoned.push(sha256);
				await removeUnheld(abandoned);
			}
		},

		/** How many contents are held, what they weigh, and whether each is there. */
		async inspect(): Promise<{ name: string; ok: boolean; value: string }[]> {
			let [count, bytes, missing] = [0, 0, 0];
			for (const prefix of BLOB_PREFIXES) {
				const held = await heldContents(prefix);
				const stored = new Set(held.length === 0 ? [] : await blobs.list(prefix));
				for (const { sha256, size_bytes } of held) {
					count += 1;
					bytes += size_bytes;
					if (!stored.has(sha256)) missing += 1;
				}
			}
			return [
				{ name: 'contents', ok: true, value: `${count} files, ${bytes} bytes` },
				{ name: 'contents missing', ok: missing === 0, value: String(missing) },
			];
		},
	};
}
