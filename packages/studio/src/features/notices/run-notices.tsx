/** Tells of runs that end while the reader looks elsewhere: as a note in the page, or by the browser where that was allowed. */
import { isTerminal, type Run, type RunStatus } from '@runstead/contract';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { client } from '../../shared/api/client.ts';
import { pageAddress } from '../../shared/api/page-address.ts';
import { useLiveEventsFromNow } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { useNotes } from '../../shared/toasts.tsx';
import { runTitle } from '../runs/run-link.tsx';
import { useNoticeChoice } from './notice-choice.ts';
import { noticeTitle } from './notice-text.ts';

/** Runs that end together are told of together. */
const GATHER_MS = 2_000;
/** Ends that are remembered until they are told of; more would not fit one filter, and of a crowd the rest is not counted. */
const ENDED_MAX = 60;

export function RunNotices({ workspace, path }: { readonly workspace: string; readonly path: string }) {
	const choice = useNoticeChoice();
	const note = useNotes();
	const navigate = useNavigate();
	const ended = useRef(new Set<string>());

	const tell = useThrottled(async () => {
		const ids = [...ended.current];
		ended.current.clear();
		const runs = (await readRoots(workspace, ids)).filter((run) => document.hidden || !path.endsWith(`/runs/${run.id}`));
		const [first] = runs;
		if (first === undefined) return;
		const title = noticeTitle(runs.map((run) => ({ title: runTitle(run), status: run.status })));
		const isOne = runs.length === 1;
		if (choice === 'browser' && document.hidden) {
			const notification = new Notification(title, { tag: `runstead-${workspace}`, body: first.experimentName });
			notification.onclick = () => {
				focus();
				if (isOne) void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace, runId: first.id } });
			};
			return;
		}
		const href = isOne ? pageAddress('w', workspace, 'runs', first.id) : pageAddress('w', workspace, 'experiments');
		const intent = runs.some((run) => run.status === 'Failed') ? 'error' : 'info';
		note({ title, intent, link: { label: isOne ? 'See the run' : 'See the runs', href } });
	}, GATHER_MS);

	useLiveEventsFromNow((event) => {
		if (choice === 'none' || event.kind !== 'change' || event.change.type !== 'run.status') return;
		if (!isTerminal(event.change.data.to as RunStatus) || ended.current.size >= ENDED_MAX) return;
		ended.current.add(event.change.subject);
		tell();
	});
	return null;
}

/** The runs without a parent: the end of a sweep is told, not that of its hundred children. A server that is away tells of nothing. */
async function readRoots(workspace: string, ids: readonly string[]): Promise<readonly Run[]> {
	const filter = `parentId is null and id in (${ids.map((id) => `'${id}'`).join(', ')})`;
	const read = client.call('searchRuns', { params: { workspace }, body: { filter, lifecycle: 'all', limit: ids.length } });
	return (await read.catch(() => ({ runs: [] }))).runs;
}
