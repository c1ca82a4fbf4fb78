/** How the rows of an answer are turned: by what, beside what, and what is counted or summed up. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Chooser } from './chooser.tsx';
import { numberColumns, type Table } from './pivot.ts';
import { PIVOT_MEASURES, type Pivot, type PivotMeasure } from './pivot-search.ts';

const useStyles = makeStyles({ root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS } });

const NONE = '';
const WORDS: Readonly<Record<PivotMeasure, string>> = { count: 'Count of rows', sum: 'Sum', mean: 'Mean', min: 'Least', max: 'Greatest' };

/** `sum Count` */
const optionOf = (measure: PivotMeasure, of: string | undefined): string => (measure === 'count' ? measure : `${measure} ${of}`);

interface PivotFormProps {
	readonly table: Table;
	readonly pivot: Pivot;
	readonly onPivot: (pivot: Pivot) => void;
}

export function PivotForm({ table, pivot, onPivot }: PivotFormProps) {
	const styles = useStyles();
	const names = table.columns.map(({ name }) => [name, name] as const);
	const measures = PIVOT_MEASURES.filter((measure) => measure !== 'count').flatMap((measure) =>
		numberColumns(table).map((of) => [optionOf(measure, of), `${WORDS[measure]} of ${of}`] as const),
	);
	const value = pivot.measure === 'count' ? WORDS.count : `${WORDS[pivot.measure]} of ${pivot.of}`;
	const measureBy = (chosen: string): void => {
		const { of: _, ...rest } = pivot;
		const [measure, ...of] = chosen.split(' ');
		onPivot(chosen === 'count' ? { ...rest, measure: 'count' } : { ...rest, measure: measure as PivotMeasure, of: of.join(' ') });
	};
	const putBeside = (columns: string): void => {
		const { columns: _, ...rest } = pivot;
		onPivot(columns === NONE ? rest : { ...rest, columns });
	};
	return (
		<div className={styles.root}>
			<span>Rows</span>
			<Chooser label="Rows" value={pivot.rows} options={names} onChoose={(rows) => onPivot({ ...pivot, rows })} />
			<span>Columns</span>
			<Chooser label="Columns" value={pivot.columns ?? 'None'} options={[[NONE, 'None'], ...names]} onChoose={putBeside} />
			<span>Values</span>
			<Chooser label="Values" value={value} options={[['count', WORDS.count], ...measures]} onChoose={measureBy} />
		</div>
	);
}
