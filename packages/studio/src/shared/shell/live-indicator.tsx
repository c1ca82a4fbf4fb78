/** Whether what is on screen follows the server: connected, reconnecting, or offline since when. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { formatAbsolute, formatClock } from '../format/times.ts';
import { useNow } from '../format/use-now.ts';
import type { LiveState } from '../live/live-message.ts';
import { useLiveState } from '../live/live-provider.tsx';

/** A short gap is a restart of the server; then it is called what it is. */
const OFFLINE_AFTER_MS = 10_000;

const useStyles = makeStyles({
	root: {
		display: 'inline-flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalXS,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
		whiteSpace: 'nowrap',
	},
	dot: { width: '8px', height: '8px', borderRadius: '50%', backgroundColor: tokens.colorNeutralStroke1 },
	connected: { backgroundColor: tokens.colorPaletteGreenForeground3 },
	reconnecting: { backgroundColor: tokens.colorPaletteYellowForeground3 },
	offline: { backgroundColor: tokens.colorPaletteRedForeground3 },
	word: { '@media (max-width: 640px)': { display: 'none' } },
});

type Look = 'connecting' | 'connected' | 'reconnecting' | 'offline';

function describe(state: LiveState, nowMs: number): { look: Look; text: string; title: string } {
	if (state.kind === 'connecting') return { look: 'connecting', text: 'Connecting', title: 'Opening the live stream.' };
	if (state.kind === 'connected')
		return { look: 'connected', text: 'Live', title: 'Connected: what changes on the server shows here at once.' };
	const since = formatAbsolute(state.sinceMs);
	if (nowMs - state.sinceMs < OFFLINE_AFTER_MS)
		return { look: 'reconnecting', text: 'Reconnecting', title: `The connection was lost at ${since}.` };
	return {
		look: 'offline',
		text: `Offline since ${formatClock(state.sinceMs)}`,
		title: `The server does not answer since ${since}. What you see is as it was then.`,
	};
}

export function LiveIndicator() {
	const styles = useStyles();
	const state = useLiveState();
	const now = useNow(state.kind === 'lost');
	const { look, text, title } = describe(state, now);
	return (
		<span className={styles.root} role="status" title={title} data-live={look}>
			<span className={mergeClasses(styles.dot, look !== 'connecting' && styles[look])} />
			<span className={styles.word}>{text}</span>
		</span>
	);
}
