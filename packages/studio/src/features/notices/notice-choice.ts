/** Whether the reader is told of runs that end, and where; kept in this browser. */
import { useSyncExternalStore } from 'react';
import { stored } from '../../shared/stored.ts';

export const NOTICE_CHOICES = ['none', 'page', 'browser'] as const;
export type NoticeChoice = (typeof NOTICE_CHOICES)[number];

const choice = stored<NoticeChoice>('runstead.notices', 'page', (value) => NOTICE_CHOICES.find((one) => one === value) ?? null);

export function useNoticeChoice(): NoticeChoice {
	return useSyncExternalStore(choice.subscribe, choice.get);
}

/** Called by a press alone, as browsers want it; where the browser refuses, the page tells. */
export async function chooseNotices(next: NoticeChoice): Promise<NoticeChoice> {
	const isRefused = next === 'browser' && !(await mayNotify());
	const kept = isRefused ? 'page' : next;
	choice.set(kept);
	return kept;
}

async function mayNotify(): Promise<boolean> {
	if (!('Notification' in globalThis)) return false;
	return (await Notification.requestPermission()) === 'granted';
}
