/** The frame of one chart: its name, what the cursor points at, what can be done with it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode, Ref } from 'react';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexDirection: 'column',
		flexGrow: 1,
		minWidth: 0,
		border: `1px solid ${tokens.colorNeutralStroke2}`,
		borderRadius: tokens.borderRadiusLarge,
		backgroundColor: tokens.colorNeutralBackground1,
		padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
	},
	head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minHeight: '28px' },
	title: {
		flexShrink: 1,
		minWidth: '48px',
		margin: 0,
		fontSize: tokens.fontSizeBase300,
		fontWeight: tokens.fontWeightSemibold,
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		whiteSpace: 'nowrap',
	},
	aside: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, whiteSpace: 'nowrap' },
	readout: {
		flexShrink: 2,
		minWidth: 0,
		marginLeft: 'auto',
		fontSize: tokens.fontSizeBase200,
		fontVariantNumeric: 'tabular-nums',
		whiteSpace: 'nowrap',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
	},
	note: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, paddingTop: '2px' },
});

/** Characters of a name that a card and its hover hold. */
const TITLE_MAX = 1_000;

interface ChartCardProps {
	readonly ref?: Ref<HTMLElement>;
	readonly title: string;
	/** Beside the title: what the numbers mean. */
	readonly aside?: ReactNode;
	/** At the right: what the cursor points at, else the last value. */
	readonly readout?: ReactNode;
	readonly actions?: ReactNode;
	readonly note?: ReactNode;
	readonly className?: string;
	readonly children: ReactNode;
}

export function ChartCard({ ref, title, aside, readout, actions, note, className, children }: ChartCardProps) {
	const styles = useStyles();
	return (
		<section ref={ref} aria-label={title.slice(0, TITLE_MAX)} className={mergeClasses(styles.root, className)} data-chart={title}>
			<div className={styles.head}>
				<h3 className={styles.title} title={title.slice(0, TITLE_MAX)}>
					{title.slice(0, TITLE_MAX)}
				</h3>
				{aside && <span className={styles.aside}>{aside}</span>}
				<span className={styles.readout}>{readout}</span>
				{actions}
			</div>
			{children}
			{note && <div className={styles.note}>{note}</div>}
		</section>
	);
}
