/** Numbers of runs as bars, the longest first. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { barPlaces } from '../../shared/charts/bar-place.ts';
import { seriesColour } from '../../shared/charts/colours.ts';
import { formatExact } from '../../shared/format/numbers.ts';
import { RunLink } from '../runs/run-link.tsx';
import type { DrawnRuns } from './chart-frame.ts';

const useStyles = makeStyles({
	list: { margin: 0, padding: 0, listStyleType: 'none', overflowY: 'auto', display: 'flex', flexDirection: 'column', gap: '3px' },
	row: { display: 'grid', gridTemplateColumns: 'minmax(60px, 30%) 1fr 84px', alignItems: 'center', gap: tokens.spacingHorizontalS },
	name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', fontSize: tokens.fontSizeBase200 },
	track: { position: 'relative', height: '14px', backgroundColor: tokens.colorNeutralBackground3, borderRadius: tokens.borderRadiusSmall },
	bar: { position: 'absolute', top: 0, bottom: 0, borderRadius: tokens.borderRadiusSmall },
	value: { textAlign: 'right', fontVariantNumeric: 'tabular-nums', fontSize: tokens.fontSizeBase200 },
});

export interface Bar {
	readonly run: Run;
	readonly value: number;
}

interface BarsProps {
	readonly bars: readonly Bar[];
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
	readonly shown: (value: number) => string;
	/** Where bars begin; at nothing by itself. */
	readonly from?: number;
}

export function Bars({ bars, drawn, heightPx, shown, from = 0 }: BarsProps) {
	const styles = useStyles();
	const longestFirst = bars.toSorted((a, b) => b.value - a.value);
	const placeOf = barPlaces(
		bars.map(({ value }) => value),
		from,
	);
	return (
		<ul className={styles.list} style={{ height: heightPx }}>
			{longestFirst.map(({ run, value }) => (
				<li key={run.id} className={styles.row}>
					<span className={styles.name}>
						<RunLink run={run} text={drawn.labelOf(run.id)} />
					</span>
					<span className={styles.track}>
						<span className={styles.bar} style={{ ...placeOf(value), backgroundColor: seriesColour(drawn.colourOf(run.id)) }} />
					</span>
					<span className={styles.value} title={formatExact(value)}>
						{shown(value)}
					</span>
				</li>
			))}
		</ul>
	);
}
