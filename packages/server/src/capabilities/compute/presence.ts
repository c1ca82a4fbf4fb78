/** When the agents of joined nodes were heard last. Kept in memory: while the server was away nobody could be heard, so that a start begins anew. */

/** A joined agent asks for a job every 25 seconds at the latest, and renews what it runs every 10. */
export const SILENT_AFTER_MS = 60_000;
/** One whose connection broke, and that does not come back within this time, has most likely been killed. */
export const HUNG_UP_AFTER_MS = 10_000;
/** A lost node stays this long for a person to see, then its place is free. */
export const FORGOTTEN_AFTER_MS = 300_000;

export type Presence = ReturnType<typeof createPresence>;

/** `nowMs` is a clock that never jumps. */
export function createPresence(nowMs: () => number = () => performance.now()) {
	const startMs = nowMs();
	const last = new Map<string, { atMs: number; hungUp: boolean }>();
	const silenceMs = (agent: string): number => nowMs() - (last.get(agent)?.atMs ?? startMs);

	return {
		heard: (agent: string): void => void last.set(agent, { atMs: nowMs(), hungUp: false }),

		/** Its connection broke while it was waiting for an answer. */
		hungUp(agent: string): void {
			if (last.has(agent)) last.set(agent, { atMs: nowMs(), hungUp: true });
		},

		forget: (agent: string): void => void last.delete(agent),

		/** Whether an agent of this name is at work somewhere. */
		isPresent: (agent: string): boolean => last.has(agent) && last.get(agent)?.hungUp === false && silenceMs(agent) < SILENT_AFTER_MS,

		/** What is known of an agent that should have been heard by now. */
		stateOf(agent: string): 'present' | 'lost' | 'forgotten' {
			const silence = silenceMs(agent);
			if (silence >= FORGOTTEN_AFTER_MS) return 'forgotten';
			return silence >= (last.get(agent)?.hungUp ? HUNG_UP_AFTER_MS : SILENT_AFTER_MS) ? 'lost' : 'present';
		},
	};
}
