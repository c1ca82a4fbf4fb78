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
	BranchForkFilled,
	BranchForkRegular,
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
	{
		label: 'Experiments',
		to: '/w/$workspace/experiments',
		icon: <BeakerRegular />,
		activeIcon: <BeakerFilled />,
		alsoUnder: ['runs', 'compare', 'views'],
	},
	{ label: 'Traces', to: '/w/$workspace/traces', icon: <BranchForkRegular />, activeIcon: <BranchForkFilled />, alsoUnder: [] },
	{ label: 'Models', to: '/w/$workspace/models', icon: <CubeRegular />, activeIcon: <CubeFilled />, alsoUnder: ['logged-models'] },
	{
		label: 'Environments',
		to: '/w/$workspace/environments',
		icon: <BoxMultipleRegular />,
		activeIcon: <BoxMultipleFilled />,
		alsoUnder: [],
	},
	{ label: 'Compute', to: '/w/$workspace/compute', icon: <ServerRegular />, activeIcon: <ServerFilled />, alsoUnder: [] },
	{ label: 'Logs', to: '/w/$workspace/logs', icon: <DocumentTextRegular />, activeIcon: <DocumentTextFilled />, alsoUnder: [] },
] as const;

/** What is measured and watched. */
const MONITOR_ENTRIES = [
	{
		label: 'Metrics',
		to: '/w/$workspace/monitor/metrics',
		icon: <DataTrendingRegular />,
		activeIcon: <DataTrendingFilled />,
		alsoUnder: [],
	},
	{ label: 'Alerts', to: '/w/$workspace/monitor/alerts', icon: <AlertRegular />, activeIcon: <AlertFilled />, alsoUnder: [] },
	{
		label: 'All logs',
		to: '/w/$workspace/monitor/logs',
		icon: <DocumentMultipleRegular />,
		activeIcon: <DocumentMultipleFilled />,
		alsoUnder: [],
	},
	{
		label: 'Diagnostics',
		to: '/w/$workspace/monitor/diagnostic-settings',
		icon: <ArrowExitRegular />,
		activeIcon: <ArrowExitRegular />,
		alsoUnder: [],
	},
] as const;

type Entry = (typeof ENTRIES)[number] | (typeof MONITOR_ENTRIES)[number];

/** Here the entries are icons alone. */
const NARROW = '(min-width: 641px) and (max-width: 860px)';

const useStyles = makeStyles({
	root: {
		width: '196px',
		flexShrink: 0,
		padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalS}`,
		backgroundColor: tokens.colorNeutralBackground3,
		overflowY: 'auto',
		'@media (min-width: 641px) and (max-width: 860px)': { width: '52px' },
	},
	folded: { width: '52px' },
	above: { position: 'absolute', top: '48px', bottom: 0, left: 0, zIndex: 6, width: '240px', boxShadow: tokens.shadow28 },
	behind: {
		position: 'absolute',
		inset: '48px 0 0',
		zIndex: 5,
		border: 'none',
		padding: 0,
		backgroundColor: tokens.colorBackgroundOverlay,
	},
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
	word: { '@media (min-width: 641px) and (max-width: 860px)': { display: 'none' } },
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
	/** On a phone it lies above the page until this is called; null where it stands beside it. */
	readonly onClose: (() => void) | null;
}

/** `experiments`, or `monitor/metrics`; logs of all workspaces are the monitor's. */
function sectionOf(path: string, scope: string | undefined): string {
	const [, first = '', second = ''] = path.split('/w/')[1]?.split('/') ?? [];
	if (first === 'logs' && scope === 'all') return 'monitor/logs';
	return first === 'monitor' ? `${first}/${second}` : first;
}

export function LeftRail({ workspace, path, isFolded, onClose }: LeftRailProps) {
	const styles = useStyles();
	const scope = useSearch({ strict: false, select: (search: { readonly scope?: string }) => search.scope });
	const section = sectionOf(path, scope);
	const [told, setTold] = useState<string | null>(null);
	const links = (entries: readonly Entry[]) =>
		entries.map((entry) => {
			const isActive = entry.to.endsWith(`$workspace/${section}`) || entry.alsoUnder.some((one) => one === section);
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
						onClick={() => onClose?.()}
					>
						<span className={styles.icon}>{isActive ? entry.activeIcon : entry.icon}</span>
						<span className={mergeClasses(styles.word, isFolded && styles.hidden)}>{entry.label}</span>
					</Link>
				</Tooltip>
			);
		});
	return (
		<>
			{/* What it covers is pressed to close it; the keys have Escape. */}
			{onClose !== null && <button type="button" tabIndex={-1} aria-label="Close the menu" className={styles.behind} onClick={onClose} />}
			<nav
				aria-label="Workspace"
				className={mergeClasses(styles.root, isFolded && styles.folded, onClose !== null && styles.above)}
				onKeyDown={(event) => event.key === 'Escape' && onClose?.()}
			>
				{links(ENTRIES)}
				<div className={mergeClasses(styles.heading, styles.word, isFolded && styles.hidden)}>Monitor</div>
				{links(MONITOR_ENTRIES)}
			</nav>
		</>
	);
}
