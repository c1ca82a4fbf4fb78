/** What happened around a run that its charts should show: what became of its node, and each turn of its status that was not to be expected. */
import type { ComputeEvent, RunEvent } from '@runstead/contract';

export interface RunMark {
	readonly atMs: number;
	readonly text: string;
	readonly tone: 'bad' | 'notice';
}

const BAD = new Set(['NotResponding', 'Failed', 'unusable', 'preempted', 'gone']);
/** Statuses that every run passes are no news, but for coming again after it ran. */
const NEWS = new Set(['NotResponding', 'CancelRequested', 'Failed']);
const BEFORE_RUNNING = new Set(['Queued', 'Preparing']);
const NODE_NEWS = new Set(['unusable', 'preempted', 'leaving', 'gone']);

type Event = Pick<RunEvent, 'type' | 'time' | 'actor' | 'data'>;
type NodeEvent = Pick<ComputeEvent, 'type' | 'subject' | 'time' | 'data'>;

/** In the order of time. `nodeEvents` may be of other nodes too: those that never had the run are left out, and what happened before or after it. */
export function runMarks(events: readonly Event[], nodeEvents: readonly NodeEvent[], endTime: string | null): RunMark[] {
	const marks: RunMark[] = [];
	const nodes = new Map<string, number>();
	let hasRun = false;
	for (const { type, time, actor, data } of events) {
		if (type !== 'run.status') continue;
		const [from, to] = [String(data.from), String(data.to)];
		if (to === 'Preparing') nodes.set(actor, Date.parse(time));
		const isBack = hasRun && (BEFORE_RUNNING.has(to) || (to === 'Running' && from === 'NotResponding'));
		if (NEWS.has(to) || isBack) {
			const reason = typeof data.reason === 'string' ? `: ${data.reason}` : '';
			marks.push({ atMs: Date.parse(time), text: `${to}${reason}`, tone: BAD.has(to) ? 'bad' : 'notice' });
		}
		if (to === 'Running') hasRun = true;
	}
	const endMs = endTime === null ? Number.POSITIVE_INFINITY : Date.parse(endTime);
	for (const { type, subject, time, data } of nodeEvents) {
		const to = String(data.to);
		const atMs = Date.parse(time);
		const sinceMs = nodes.get(subject);
		if (type !== 'node.changed' || !NODE_NEWS.has(to) || sinceMs === undefined || atMs < sinceMs || atMs > endMs) continue;
		const reason = typeof data.reason === 'string' ? `: ${data.reason}` : '';
		marks.push({ atMs, text: `Node ${subject} ${to}${reason}`, tone: BAD.has(to) ? 'bad' : 'notice' });
	}
	return marks.sort((a, b) => a.atMs - b.atMs);
}
