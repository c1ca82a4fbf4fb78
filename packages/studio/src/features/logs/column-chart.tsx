/** Numbers of named things as columns beside an axis, from zero up, or down where they are negative. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { scaleLinear } from 'd3-scale';
import { seriesColour } from '../../shared/charts/colours.ts';
import { formatNumber } from '../../shared/format/numbers.ts';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import type { Categories } from './answer-categories.ts';
import { drawnSize } from './column-types.ts';
import { titleOf } from './value-title.ts';

const HEIGHT_PX = 280;
const TICKS = 5;
const COLUMN_MIN_PX = 28;

const useStyles = makeStyles({
	root: { display: 'flex', minWidth: 0 },
	axis: {
		position: 'relative',
		width: '56px',
		flexShrink: 0,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
		fontVariantNumeric: 'tabular-nums',
	},
	tick: { position: 'absolute', right: '8px', transform: 'translateY(50%)' },
	scroller: { flexGrow: 1, minWidth: 0, overflowX: 'auto', paddingTop: '8px' },
	plot: { position: 'relative' },
	line: { position: 'absolute', left: 0, right: 0, borderTop: `1px solid ${tokens.colorNeutralStroke3}` },
	zero: { borderTopColor: tokens.colorNeutralStroke1 },
	columns: { position: 'relative', display: 'flex', gap: '12px', margin: 0, padding: 0, listStyleType: 'none' },
	column: { flexGrow: 1, flexBasis: 0, minWidth: 0 },
	stand: { display: 'flex', gap: '2px', height: `${HEIGHT_PX}px` },
	place: { position: 'relative', flexGrow: 1 },
	rise: { position: 'absolute', left: 0, right: 0, borderRadius: tokens.borderRadiusSmall },
	name: {
		display: 'block',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		whiteSpace: 'nowrap',
		textAlign: 'center',
		fontSize: tokens.fontSizeBase200,
	},
});

export function ColumnChart({ categories: { names, series } }: { readonly categories: Categories }) {
	const styles = useStyles();
	const values = series.flatMap((one) => one.values.map(drawnSize));
	const scale = scaleLinear([Math.min(0, ...values), Math.max(0, ...values) || 1], [0, HEIGHT_PX]).nice(TICKS);
	const ticks = scale.ticks(TICKS);
	const riseOf = (value: number) => {
		const [low, high] = [scale(Math.min(0, value)), scale(Math.max(0, value))];
		return { bottom: low, height: value === 0 ? 0 : Math.max(2, high - low) };
	};
	return (
		<div className={styles.root}>
			<div className={styles.axis} aria-hidden="true" style={{ height: HEIGHT_PX, marginTop: 8 }}>
				{ticks.map((tick) => (
					<span key={tick} className={styles.tick} style={{ bottom: scale(tick) }}>
						{formatNumber(tick)}
					</span>
				))}
			</div>
			<section {...scrollable} className={styles.scroller} aria-label="Columns">
				<div className={styles.plot} style={{ minWidth: names.length * COLUMN_MIN_PX }}>
					{ticks.map((tick) => (
						<span key={tick} className={mergeClasses(styles.line, tick === 0 && styles.zero)} style={{ top: HEIGHT_PX - scale(tick) }} />
					))}
					<ul className={styles.columns}>
						{names.map((name, at) => (
							<li key={name} className={styles.column}>
								<span className={styles.stand}>
									{series.map(({ name: label, values }, index) => (
										<span key={label} className={styles.place} title={titleOf(name, label, values[at])}>
											<span className={styles.rise} style={{ ...riseOf(drawnSize(values[at])), backgroundColor: seriesColour(index) }} />
										</span>
									))}
								</span>
								<span className={styles.name} title={name}>
									{name}
								</span>
							</li>
						))}
					</ul>
				</div>
			</section>
		</div>
	);
}
