/** How a trace ended: colour, icon and word together. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { TraceState } from '@runstead/contract';
import type { ReactNode } from 'react';
import { CheckmarkCircleFilled, CircleRegular, DismissCircleFilled, PlayCircleRegular } from '../../shared/icons.ts';

const LOOKS: Readonly<
	Record<TraceState, { readonly word: string; readonly tone: 'good' | 'bad' | 'running' | 'quiet'; readonly icon: ReactNode }>
> = {
	OK: { word: 'OK', tone: 'good', icon: <CheckmarkCircleFilled /> },
	ERROR: { word: 'Error', tone: 'bad', icon: <DismissCircleFilled /> },
	IN_PROGRESS: { word: 'In progress', tone: 'running', icon: <PlayCircleRegular /> },
	STATE_UNSPECIFIED: { word: 'Not said', tone: 'quiet', icon: <CircleRegular /> },
};

const useStyles = makeStyles({
	root: { display: 'inline-flex', alignItems: 'center', gap: '6px', whiteSpace: 'nowrap' },
	icon: { display: 'inline-flex', fontSize: '16px', flexShrink: 0 },
	quiet: { color: tokens.colorNeutralForeground3 },
	running: { color: tokens.colorBrandForeground1 },
	good: { color: tokens.colorPaletteGreenForeground1 },
	bad: { color: tokens.colorPaletteRedForeground1 },
});

export function TraceStateLabel({ state }: { readonly state: TraceState }) {
	const styles = useStyles();
	const { word, tone, icon } = LOOKS[state];
	return (
		<span className={mergeClasses(styles.root, styles[tone])}>
			<span className={styles.icon} aria-hidden="true">
				{icon}
			</span>
			{word}
		</span>
	);
}
