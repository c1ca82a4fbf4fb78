/** What is said of runs that ended: of one its name and how, of many how many and how. */
import type { RunStatus } from '@runstead/contract';

export interface EndedRun {
	readonly title: string;
	readonly status: RunStatus;
}

const WORDS: Readonly<Record<string, string>> = { Completed: 'completed', Failed: 'failed', Canceled: 'was cancelled' };
/** Of a name, in a note of one line. */
const NAME_MAX = 80;

export function noticeTitle(runs: readonly EndedRun[]): string {
	const [only] = runs;
	if (only !== undefined && runs.length === 1) return `${only.title.slice(0, NAME_MAX)} ${WORDS[only.status] ?? 'ended'}`;
	const failed = runs.filter((run) => run.status === 'Failed').length;
	return `${runs.length} runs ended${failed > 0 ? `, ${failed} of them failed` : ''}`;
}
