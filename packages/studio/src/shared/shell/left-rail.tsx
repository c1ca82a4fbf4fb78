/** The way to every capability of the workspace. An entry appears with its capability, never before. */
import { makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
	AlertFilled,
	AlertRegular,
	ArrowExitRegular,
	BeakerFilled,
	BeakerRegular,
	BoxMultipleFilled,
	BoxMultipleRegular,
	CubeFilled,
	CubeRegular,
	DataTrendingFilled,
	DataTrendingRegular,
	DocumentMultipleFilled,
	DocumentMultipleRegular,
	DocumentTextFilled,
	DocumentTextRegular,
	ServerFilled,
	ServerRegular,
} from '../icons.ts';

const ENTRIES = [
	{ label: 'Experiments', to: '/w/$workspace/experiments', icon: <BeakerRegular />, activeIcon: <BeakerFilled />, alsoUnder: 'runs' },
	{ label: 'Models', to: '/w/$workspace/models', icon: <CubeRegular />, activeIcon: <CubeFilled />, alsoUnder: null },
	{
		label: 'Environments',
		to: '/w/$workspace/environments',
		icon: <BoxMultipleRegular />,
		activeIcon: <BoxMultipleFilled />,
		alsoUnder: null,
	},
	{ label: 'Compute', to: '/w/$workspace/compute', icon: <ServerRegular />, activeIcon: <ServerFilled />, alsoUnder: null },
	{ label: 'Logs', to: '/w/$workspace/logs', icon: <DocumentTextRegular />, activeIcon: <DocumentTextFilled />, alsoUnder: null },
] as const;

/** What is measured and watched. */
const MONITOR_ENTRIES = [
	{
		label: 'Metrics',
		to: '/w/$workspace/monitor/metrics',
		icon: <DataTrendingRegular />,
		activeIcon: <DataTrendingFilled />,
		alsoUnder: null,
	},
	{ label: 'Alerts', to: '/w/$workspace/monitor/alerts', icon: <AlertRegular />, activeIcon: <AlertFilled />, alsoUnder: null },
	{
		label: 'All logs',
		to: '/w/$workspace/monitor/logs',
		icon: <DocumentMultipleRegular />,
		activeIcon: <DocumentMultipleFilled />,
		alsoUnder: null,
	},
	{
		label: 'Diagnostics',
		to: '/w/$workspace/monitor/diagnostic-settings',
		icon: <ArrowExitRegular />,
		activeIcon: <ArrowExitRegular />,
		alsoUnder: null,
	},
] as const;

type Entry = (typeof ENTRIES)[number] | (typeof MONITOR_ENTRIES)[number];

/** Here the entries are icons alone. */
const NARROW = '(max-width: 860px)';

const useStyles = makeStyles({
	root: {
		width: '196px',
		flexShrink: 0,
		padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalS}`,
		backgroundColor: tokens.colorNeutralBackground3,
		'@media (max-width: 860px)': { width: '52px' },
	},
	folded: { width: '52px' },
	entry: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalM,
		height: '36px',
		padding: `0 ${tokens.spacingHorizontalS}`,
		borderRadius: tokens.borderRadiusMedium,
		color: tokens.colorNeutralForeground2,
		textDecorationLine: 'none',
		overflow: 'hidden',
		':hover': { backgroundColor: tokens.colorNeutralBackground3Hover },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
	},
	active: {
		boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
		color: tokens.colorBrandForeground1,
		backgroundColor: tokens.colorNeutralBackground1,
		fontWeight: tokens.fontWeightSemibold,
	},
	icon: { display: 'flex', fontSize: '20px' },
	word: { '@media (max-width: 860px)': { display: 'none' } },
	hidden: { display: 'none' },
	heading: {
		padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalXS}`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
		fontWeight: tokens.fontWeightSemibold,
	},
});

interface LeftRailProps {
	readonly workspace: string;
	readonly path: string;
	readonly isFolded: boolean;
}

/** `experiments`, or `monitor/metrics`; logs of all workspaces are the monitor's. */
function sectionOf(path: string, scope: string | undefined): string {
	const [, first = '', second = ''] = path.split('/w/')[1]?.split('/') ?? [];
	if (first === 'logs' && scope === 'all') return 'monitor/logs';
	return first === 'monitor' ? `${first}/${second}` : first;
}

export function LeftRail({ workspace, path, isFolded }: LeftRailProps) {
	const styles = useStyles();
	const scope = useSearch({ strict: false, select: (search: { readonly scope?: string }) => search.scope });
	const section = sectionOf(path, scope);
	const [told, setTold] = useState<string | null>(null);
	const links = (entries: readonly Entry[]) =>
		entries.map((entry) => {
			const isActive = entry.to.endsWith(`$workspace/${section}`) || section === entry.alsoUnder;
			return (
				<Tooltip
					key={entry.to}
					content={entry.label}
					relationship="label"
					positioning="after"
					visible={told === entry.to}
					// Beside the word itself it would only cover the page.
					onVisibleChange={(_, { visible }) => setTold(visible && (isFolded || matchMedia(NARROW).matches) ? entry.to : null)}
				>
					<Link
						to={entry.to}
						params={{ workspace }}
						className={mergeClasses(styles.entry, isActive && styles.active)}
						aria-current={isActive ? 'page' : undefined}
					>
						<span className={styles.icon}>{isActive ? entry.activeIcon : entry.icon}</span>
						<span className={mergeClasses(styles.word, isFolded && styles.hidden)}>{entry.label}</span>
					</Link>
				</Tooltip>
			);
		});
	return (
		<nav aria-label="Workspace" className={mergeClasses(styles.root, isFolded && styles.folded)}>
			{links(ENTRIES)}
			<div className={mergeClasses(styles.heading, styles.word, isFolded && styles.hidden)}>Monitor</div>
			{links(MONITOR_ENTRIES)}
		</nav>
	);
}
