/** Numbers of named things: as bars, columns, a pie, or one number large. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { barPlaces } from '../../shared/charts/bar-place.ts';
import { seriesColour } from '../../shared/charts/colours.ts';
import { formatExact, formatNumber } from '../../shared/format/numbers.ts';
import type { Categories } from './answer-categories.ts';
import { ColumnChart } from './column-chart.tsx';
import { drawnSize } from './column-types.ts';
import { titleOf } from './value-title.ts';

const PIE_RADIUS = 90;
/** Slices beyond this are drawn as one. */
const SLICES_MAX = 12;

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalS,
		padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL} 0`,
		minHeight: 0,
	},
	bars: {
		margin: 0,
		padding: 0,
		listStyleType: 'none',
		overflowY: 'auto',
		maxHeight: '420px',
		display: 'flex',
		flexDirection: 'column',
		gap: '4px',
	},
	bar: { display: 'grid', gridTemplateColumns: 'minmax(60px, 25%) 1fr 96px', alignItems: 'center', gap: tokens.spacingHorizontalS },
	name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', fontSize: tokens.fontSizeBase200 },
	tracks: { position: 'relative', display: 'flex', flexDirection: 'column', gap: '1px' },
	track: { position: 'relative', display: 'block', height: '12px' },
	fill: { position: 'absolute', top: 0, bottom: 0, borderRadius: tokens.borderRadiusSmall },
	// Through the gaps between the bars: one line for all of them.
	zero: { position: 'absolute', top: '-2px', bottom: '-2px', borderLeft: `1px solid ${tokens.colorNeutralStroke1}` },
	value: { textAlign: 'right', fontVariantNumeric: 'tabular-nums', fontSize: tokens.fontSizeBase200 },
	pie: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXXL, alignItems: 'center' },
	legend: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
	swatch: { display: 'inline-block', width: '10px', height: '10px', marginRight: '6px', borderRadius: '2px' },
	slices: { flexDirection: 'column', gap: '2px' },
	card: { fontSize: '48px', lineHeight: '64px', fontWeight: tokens.fontWeightSemibold },
	note: { color: tokens.colorNeutralForeground3 },
});

export function CategoryChart({ categories }: { readonly categories: Categories }) {
	const styles = useStyles();
	const { shape, series, leftCount } = categories;
	return (
		<div className={styles.root}>
			{shape === 'bars' && <Bars categories={categories} />}
			{shape === 'columns' && <ColumnChart categories={categories} />}
			{shape === 'pie' && <Pie categories={categories} />}
			{shape === 'card' && series.map(({ name, values }) => <Card key={name} name={name} value={values[0] ?? null} />)}
			{series.length > 1 && shape !== 'card' && shape !== 'pie' && (
				<ul className={styles.legend}>
					{series.map(({ name }, index) => (
						<li key={name}>
							<span className={styles.swatch} style={{ backgroundColor: seriesColour(index) }} />
							{name}
						</li>
					))}
				</ul>
			)}
			{leftCount > 0 && <span className={styles.note}>{leftCount} more are not drawn; the rows have all.</span>}
		</div>
	);
}

function Bars({ categories }: { readonly categories: Categories }) {
	const styles = useStyles();
	const placeOf = barPlaces(categories.series.flatMap(({ values }) => values.map(drawnSize)));
	return (
		<ul className={styles.bars}>
			{categories.names.map((name, at) => (
				<li key={name} className={styles.bar}>
					<span className={styles.name} title={name}>
						{name}
					</span>
					<span className={styles.tracks}>
						{categories.series.map(({ name: label, values }, index) => (
							<span key={label} className={styles.track} title={titleOf(name, label, values[at])}>
								<span className={styles.fill} style={{ ...placeOf(drawnSize(values[at])), backgroundColor: seriesColour(index) }} />
							</span>
						))}
						<span className={styles.zero} style={{ left: placeOf(0).left }} />
					</span>
					<span className={styles.value}>{categories.series.map(({ values }) => shown(values[at])).join(' · ')}</span>
				</li>
			))}
		</ul>
	);
}

function Pie({ categories: { names, series } }: { readonly categories: Categories }) {
	const styles = useStyles();
	const all = names
		.map((name, at) => ({ name, value: Math.max(0, drawnSize(series[0]?.values[at])) }))
		.toSorted((one, other) => other.value - one.value);
	const rest = all.slice(SLICES_MAX).reduce((sum, { value }) => sum + value, 0);
	const slices = [...all.slice(0, SLICES_MAX), ...(rest > 0 ? [{ name: 'others', value: rest }] : [])];
	const whole = slices.reduce((sum, { value }) => sum + value, 0) || 1;
	let turned = 0;
	return (
		<div className={styles.pie}>
			<svg width={2 * PIE_RADIUS} height={2 * PIE_RADIUS} viewBox="-1 -1 2 2" role="img" aria-label={`Shares of ${series[0]?.name ?? ''}`}>
				{slices.map(({ name, value }, index) => {
					const from = turned;
					turned += value / whole;
					return (
						<path key={name} d={sliceOf(from, turned)} fill={seriesColour(index)}>
							<title>{titleOf(name, series[0]?.name ?? '', value)}</title>
						</path>
					);
				})}
			</svg>
			<ul className={`${styles.legend} ${styles.slices}`}>
				{slices.map(({ name, value }, index) => (
					<li key={name} title={formatExact(value)}>
						<span className={styles.swatch} style={{ backgroundColor: seriesColour(index) }} />
						{name} · {formatNumber((value / whole) * 100)} %
					</li>
				))}
			</ul>
		</div>
	);
}

/** The path of a slice of the circle with radius 1, in shares of a whole turn, clockwise from the top. */
function sliceOf(from: number, to: number): string {
	// A whole circle begins where it ends, which a path takes for nothing.
	if (to - from > 0.999999) return 'M 0 -1 A 1 1 0 1 1 0 1 A 1 1 0 1 1 0 -1 Z';
	const at = (share: number) => `${Math.sin(2 * Math.PI * share)} ${-Math.cos(2 * Math.PI * share)}`;
	return `M 0 0 L ${at(from)} A 1 1 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)} Z`;
}

function Card({ name, value }: { readonly name: string; readonly value: number | null }) {
	const styles = useStyles();
	return (
		<div>
			<div className={styles.note}>{name}</div>
			<div className={styles.card} title={value === null ? undefined : formatExact(value)}>
				{shown(value)}
			</div>
		</div>
	);
}

function shown(value: number | null | undefined): string {
	return value === null || value === undefined ? '–' : formatNumber(value);
}
