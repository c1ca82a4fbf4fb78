/** A run's status: colour, icon and word together, so that none has to be told apart by colour alone. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { RunStatus } from '@runstead/contract';
import type { ReactNode } from 'react';
import {
	ArrowSyncRegular,
	CheckmarkCircleFilled,
	CircleRegular,
	ClockRegular,
	DismissCircleFilled,
	HourglassRegular,
	PlayCircleRegular,
	StopRegular,
	SubtractCircleFilled,
	WarningFilled,
} from '../../shared/icons.ts';

type Tone = 'quiet' | 'waiting' | 'running' | 'good' | 'bad' | 'warning';

const LOOKS: Readonly<Record<RunStatus, { readonly word: string; readonly tone: Tone; readonly icon: ReactNode }>> = {
	NotStarted: { word: 'Not started', tone: 'quiet', icon: <CircleRegular /> },
	Queued: { word: 'Queued', tone: 'waiting', icon: <ClockRegular /> },
	Preparing: { word: 'Preparing', tone: 'waiting', icon: <HourglassRegular /> },
	Provisioning: { word: 'Provisioning', tone: 'waiting', icon: <HourglassRegular /> },
	Starting: { word: 'Starting', tone: 'waiting', icon: <HourglassRegular /> },
	Running: { word: 'Running', tone: 'running', icon: <PlayCircleRegular /> },
	Finalizing: { word: 'Finalizing', tone: 'running', icon: <ArrowSyncRegular /> },
	CancelRequested: { word: 'Cancel requested', tone: 'warning', icon: <StopRegular /> },
	NotResponding: { word: 'Not responding', tone: 'warning', icon: <WarningFilled /> },
	Completed: { word: 'Completed', tone: 'good', icon: <CheckmarkCircleFilled /> },
	Failed: { word: 'Failed', tone: 'bad', icon: <DismissCircleFilled /> },
	Canceled: { word: 'Canceled', tone: 'quiet', icon: <SubtractCircleFilled /> },
};

const useStyles = makeStyles({
	root: { display: 'inline-flex', alignItems: 'center', gap: '6px', whiteSpace: 'nowrap', minWidth: 0 },
	icon: { display: 'inline-flex', fontSize: '16px', flexShrink: 0 },
	quiet: { color: tokens.colorNeutralForeground3 },
	waiting: { color: tokens.colorPaletteTealForeground2 },
	running: { color: tokens.colorBrandForeground1 },
	good: { color: tokens.colorPaletteGreenForeground1 },
	bad: { color: tokens.colorPaletteRedForeground1 },
	warning: { color: tokens.colorPaletteMarigoldForeground2 },
	large: { fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
});

interface RunStatusProps {
	readonly status: RunStatus;
	/** Who and why, on hover. */
	readonly title?: string;
	readonly isLarge?: boolean;
}

export function RunStatusLabel({ status, title, isLarge = false }: RunStatusProps) {
	const styles = useStyles();
	const look = LOOKS[status];
	return (
		<span className={mergeClasses(styles.root, styles[look.tone], isLarge && styles.large)} title={title} data-status={status}>
			<span className={styles.icon} aria-hidden="true">
				{look.icon}
			</span>
			{look.word}
		</span>
	);
}
