/** Runs side by side: one column a run, the baseline first, each number with how it differs from the baseline's. */
import { Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { formatNumber } from '../../shared/format/numbers.ts';
import { DismissRegular, PinRegular } from '../../shared/icons.ts';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { RunLink, runTitle } from '../runs/run-link.tsx';
import { RunStatusLabel } from '../runs/run-status.tsx';
import type { CompareCell, CompareGroup } from './compare-rows.ts';

/** Characters of a value that a cell draws. */
const SHOWN_MAX = 200;

const useStyles = makeStyles({
	root: { overflow: 'auto', flexGrow: 1, minHeight: 0 },
	table: { borderCollapse: 'separate', borderSpacing: 0, fontSize: tokens.fontSizeBase300 },
	name: {
		position: 'sticky',
		left: 0,
		zIndex: 1,
		textAlign: 'left',
		fontWeight: tokens.fontWeightRegular,
		backgroundColor: tokens.colorNeutralBackground1,
		minWidth: '160px',
		maxWidth: '260px',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		whiteSpace: 'nowrap',
	},
	head: { position: 'sticky', top: 0, zIndex: 2, backgroundColor: tokens.colorNeutralBackground1, textAlign: 'left', verticalAlign: 'top' },
	corner: { zIndex: 3 },
	cell: {
		padding: `4px ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
		minWidth: '150px',
		maxWidth: '280px',
	},
	baseline: { backgroundColor: tokens.colorNeutralBackground2 },
	group: {
		position: 'sticky',
		left: 0,
		padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM} 4px`,
		fontWeight: tokens.fontWeightSemibold,
		color: tokens.colorNeutralForeground2,
		textAlign: 'left',
	},
	value: {
		display: 'flex',
		gap: tokens.spacingHorizontalS,
		alignItems: 'baseline',
		fontVariantNumeric: 'tabular-nums',
		overflow: 'hidden',
	},
	text: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	delta: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap' },
	better: { color: tokens.colorPaletteGreenForeground1 },
	worse: { color: tokens.colorPaletteRedForeground1 },
	run: { display: 'flex', alignItems: 'center', gap: '2px', minWidth: 0 },
	state: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
	mark: { color: tokens.colorNeutralForeground3 },
});

interface CompareTableProps {
	readonly runs: readonly Run[];
	readonly groups: readonly CompareGroup[];
	readonly onBaseline: (run: string) => void;
	readonly onLeaveOut: (run: string) => void;
}

export function CompareTable({ runs, groups, onBaseline, onLeaveOut }: CompareTableProps) {
	const styles = useStyles();
	return (
		<section {...scrollable} className={styles.root} aria-label="Parameters and metrics">
			<table className={styles.table}>
				<thead>
					<tr>
						<td className={mergeClasses(styles.cell, styles.name, styles.head, styles.corner)} />
						{runs.map((run, index) => (
							<th key={run.id} scope="col" className={mergeClasses(styles.cell, styles.head, index === 0 && styles.baseline)}>
								<div className={styles.run}>
									<RunLink run={run} />
									{index > 0 && (
										<Button
											size="small"
											appearance="subtle"
											icon={<PinRegular />}
											aria-label={`Make ${runTitle(run)} the baseline`}
											title="Make it the baseline"
											onClick={() => onBaseline(run.id)}
										/>
									)}
									<Button
										size="small"
										appearance="subtle"
										icon={<DismissRegular />}
										aria-label={`Leave ${runTitle(run)} out`}
										title="Leave it out"
										onClick={() => onLeaveOut(run.id)}
									/>
								</div>
								<div className={styles.state}>
									<RunStatusLabel status={run.status} />
									{index === 0 && (
										<Text size={200} className={styles.mark}>
											Baseline
										</Text>
									)}
								</div>
							</th>
						))}
					</tr>
				</thead>
				{groups.map(({ name, rows }) => (
					<tbody key={name}>
						<tr>
							<th scope="rowgroup" colSpan={runs.length + 1}>
								<div className={styles.group}>{name}</div>
							</th>
						</tr>
						{rows.map((row) => (
							<tr key={row.key} data-compare={row.key.slice(0, SHOWN_MAX)}>
								<th scope="row" className={mergeClasses(styles.cell, styles.name)} title={row.name}>
									{row.name.slice(0, SHOWN_MAX)}
								</th>
								{row.cells.map((cell, index) => (
									<td key={runs[index]?.id} className={mergeClasses(styles.cell, index === 0 && styles.baseline)}>
										<Value cell={cell} />
									</td>
								))}
							</tr>
						))}
					</tbody>
				))}
			</table>
		</section>
	);
}

function Value({ cell: { text, exact, delta, isBetter, isGuess = false } }: { readonly cell: CompareCell }) {
	const styles = useStyles();
	return (
		<span className={styles.value}>
			<span className={styles.text} title={exact.slice(0, 2_000)}>
				{text.slice(0, SHOWN_MAX)}
			</span>
			{delta !== null && delta !== 0 && (
				<span
					className={mergeClasses(styles.delta, isBetter === true && styles.better, isBetter === false && styles.worse)}
					title={differenceInWords(isBetter, isGuess)}
				>
					{delta > 0 ? '+' : ''}
					{formatNumber(delta)}
					{isBetter !== null && (isBetter ? ' better' : ' worse')}
				</span>
			)}
		</span>
	);
}

function differenceInWords(isBetter: boolean | null, isGuess: boolean): string {
	if (isBetter === null) return 'against the baseline';
	return `${isBetter ? 'better' : 'worse'} than the baseline${isGuess ? ", going by the metric's name" : ''}`;
}
