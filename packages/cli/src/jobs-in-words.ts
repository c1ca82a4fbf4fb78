/** How the command line speaks of jobs. */
import { RUNSTEAD } from './command-line.ts';

export function jobsInWords(count: number): string {
	return count === 1 ? '1 job' : `${count} jobs`;
}

/** What the person is told when a server has stopped and jobs have not. */
export function jobsGoOn(count: number): string {
	return `${jobsInWords(count)} ${count === 1 ? 'goes' : 'go'} on; ${RUNSTEAD} stop --jobs ends ${count === 1 ? 'it' : 'them'}.`;
}
