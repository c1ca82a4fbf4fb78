/** Work that only one of the servers on a database does at a time, and that another one takes on when that one is gone. */
import type { Database, Leadership } from './storage/database.ts';

/** Between two looks whether the work is free. */
const LOOK_MS = 2_000;

export interface RunningLead {
	/** Ends the work, if it is done here, and lets another server have it. */
	stop(): Promise<void>;
}

/** Begins the work at once where it is free, and otherwise when it becomes so. @param begin Gives what ends the work. */
export async function startLeading(
	database: Database,
	begin: () => Promise<() => Promise<void>>,
	onError: (error: unknown) => void,
): Promise<RunningLead> {
	let stopped = false;
	let timer: NodeJS.Timeout | null = null;
	let leading: { readonly leadership: Leadership; readonly end: () => Promise<void> } | null = null;
	let turn: Promise<void> = Promise.resolve();
	const inTurn = (work: () => Promise<void>): Promise<void> => {
		turn = turn.then(work).catch(onError);
		return turn;
	};

	const letGo = async (): Promise<void> => {
		const before = leading;
		leading = null;
		await before?.end();
		await before?.leadership.release();
	};

	const look = async (): Promise<void> => {
		timer = null;
		if (stopped || leading) return;
		try {
			const leadership = await database.leadOrNull(() => void inTurn(letGo).then(lookLater));
			if (leadership) {
				try {
					leading = { leadership, end: await begin() };
				} catch (error) {
					await leadership.release();
					throw error;
				}
			}
		} finally {
			if (!leading) lookLater();
		}
	};

	const lookLater = (): void => {
		if (stopped || timer) return;
		timer = setTimeout(() => void inTurn(look), LOOK_MS);
		timer.unref();
	};

	// What goes wrong at the start of the server is said there.
	const first = look();
	turn = first.catch(() => undefined);
	await first;
	return {
		async stop() {
			stopped = true;
			if (timer) clearTimeout(timer);
			await inTurn(letGo);
		},
	};
}
