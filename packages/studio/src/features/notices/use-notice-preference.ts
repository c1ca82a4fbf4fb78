/** The choice of notices, for the menu of preferences. */
import type { Preference } from '../../shared/shell/preferences-menu.tsx';
import { useNotes } from '../../shared/toasts.tsx';
import { chooseNotices, NOTICE_CHOICES, type NoticeChoice, useNoticeChoice } from './notice-choice.ts';

const WORDS: Readonly<Record<NoticeChoice, string>> = {
	none: 'None',
	page: 'In the page',
	browser: 'In the page, by the browser while it is hidden',
};

export function useNoticePreference(): Preference {
	const note = useNotes();
	const choose = async (wanted: string) => {
		const kept = await chooseNotices(NOTICE_CHOICES.find((one) => one === wanted) ?? 'page');
		if (kept !== wanted)
			note({
				title: 'The browser does not let the page notify you',
				text: 'Finished runs are told of in the page. The site settings of the browser allow more.',
				intent: 'warning',
			});
	};
	return {
		id: 'notices',
		title: 'When a run ends, tell me',
		options: NOTICE_CHOICES.map((value) => ({ value, label: WORDS[value] })),
		value: useNoticeChoice(),
		onChoose: (value) => void choose(value),
	};
}
