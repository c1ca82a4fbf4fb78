/** The way to every capability of the workspace. An entry appears with its capability, never before. */
import { makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { BeakerFilled, BeakerRegular, BoxMultipleFilled, BoxMultipleRegular, ServerFilled, ServerRegular } from '../icons.ts';

const ENTRIES = [
	{ label: 'Experiments', to: '/w/$workspace/experiments', icon: <BeakerRegular />, activeIcon: <BeakerFilled />, alsoUnder: 'runs' },
	{
		label: 'Environments',
		to: '/w/$workspace/environments',
		icon: <BoxMultipleRegular />,
		activeIcon: <BoxMultipleFilled />,
		alsoUnder: null,
	},
	{ label: 'Compute', to: '/w/$workspace/compute', icon: <ServerRegular />, activeIcon: <ServerFilled />, alsoUnder: null },
] as const;

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
	active: { color: tokens.colorBrandForeground1, backgroundColor: tokens.colorNeutralBackground1, fontWeight: tokens.fontWeightSemibold },
	icon: { display: 'flex', fontSize: '20px' },
	word: { '@media (max-width: 860px)': { display: 'none' } },
	hidden: { display: 'none' },
});

export function LeftRail({ workspace, path, isFolded }: { readonly workspace: string; readonly path: string; readonly isFolded: boolean }) {
	const styles = useStyles();
	const section = path.split('/w/')[1]?.split('/')[1] ?? '';
	return (
		<nav aria-label="Workspace" className={mergeClasses(styles.root, isFolded && styles.folded)}>
			{ENTRIES.map((entry) => {
				const isActive = entry.to.endsWith(`/${section}`) || section === entry.alsoUnder;
				return (
					<Tooltip key={entry.to} content={entry.label} relationship="label" positioning="after">
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
			})}
		</nav>
	);
}
