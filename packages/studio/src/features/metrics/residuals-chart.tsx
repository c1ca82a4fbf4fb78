/** How often which residual came. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { formatCount, formatNumber } from '../../shared/format/numbers.ts';
import type { Histogram } from './metric-documents.ts';

const HEIGHT_PX = 200;

const useStyles = makeStyles({
	bars: {
		display: 'flex',
		alignItems: 'flex-end',
		gap: '1px',
		height: `${HEIGHT_PX - 20}px`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	bar: {
		flexGrow: 1,
		flexBasis: 0,
		minWidth: '1px',
		backgroundColor: tokens.colorBrandForeground1,
		borderRadius: '2px 2px 0 0',
		opacity: 0.85,
		':hover': { opacity: 1 },
	},
	title: { textAlign: 'center', color: tokens.colorNeutralForeground3, fontSize: '11px' },
	axis: {
		display: 'flex',
		justifyContent: 'space-between',
		paddingTop: '2px',
		color: tokens.colorNeutralForeground3,
		fontSize: '11px',
		fontVariantNumeric: 'tabular-nums',
	},
});

export function ResidualsChart({ name, edges, counts }: Histogram & { readonly name: string }) {
	const styles = useStyles();
	const most = Math.max(1, ...counts);
	const total = counts.reduce((sum, count) => sum + count, 0);
	const [first = 0, last = 0] = [edges[0], edges.at(-1)];
	return (
		<div
			role="img"
			aria-label={`${name}: ${formatCount(total)} residuals in ${counts.length} bins from ${formatNumber(first)} to ${formatNumber(last)}`}
		>
			<div className={styles.bars}>
				{counts.map((count, index) => {
					const [from = 0, to = 0] = [edges[index], edges[index + 1]];
					return (
						<span
							key={from}
							className={styles.bar}
							style={{ height: `${(count / most) * 100}%`, flexGrow: to - from }}
							title={`${formatNumber(from)} to ${formatNumber(to)}: ${formatCount(count)}`}
						/>
					);
				})}
			</div>
			<div className={styles.axis}>
				<span>{formatNumber(first)}</span>
				<span>{formatNumber((first + last) / 2)}</span>
				<span>{formatNumber(last)}</span>
			</div>
			<div className={styles.title}>residual</div>
		</div>
	);
}
