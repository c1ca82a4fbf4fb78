/** One metric over the whole window: drag to zoom in to the exact points, press twice to see all again, Esc to go back. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { MetricSummary } from '@runstead/contract';
import { useEffect, useRef, useState } from 'react';
import { DismissRegular } from '../../shared/icons.ts';
import type { ChartView } from './chart-view.ts';
import { CsvButton } from './csv-button.tsx';
import { ScalarChart } from './scalar-chart.tsx';

/** What the head, the note and the edges of the card take. */
const AROUND_PX = 132;
const HEIGHT_MIN_PX = 160;

const useStyles = makeStyles({
	root: {
		width: '100vw',
		height: '100vh',
		maxWidth: '100vw',
		maxHeight: '100vh',
		margin: 0,
		padding: tokens.spacingHorizontalL,
		border: 'none',
		color: tokens.colorNeutralForeground1,
		backgroundColor: tokens.colorNeutralBackground1,
		overflow: 'hidden',
	},
});

interface FullMetricProps {
	readonly run: string;
	readonly summary: MetricSummary;
	readonly column: string;
	readonly view: ChartView;
	readonly onClose: () => void;
}

export function FullMetric({ run, summary, column, view, onClose }: FullMetricProps) {
	const styles = useStyles();
	const dialog = useRef<HTMLDialogElement>(null);
	const [heightPx, setHeightPx] = useState(() => heightOf(innerHeight));
	useEffect(() => {
		dialog.current?.showModal();
		const onResize = () => setHeightPx(heightOf(innerHeight));
		addEventListener('resize', onResize);
		return () => removeEventListener('resize', onResize);
	}, []);
	return (
		<dialog ref={dialog} className={styles.root} aria-label={`${summary.name} at full size`} onClose={onClose}>
			<ScalarChart
				run={run}
				summary={summary}
				column={column}
				view={view}
				heightPx={heightPx}
				actions={
					<>
						<CsvButton run={run} name={summary.name} />
						<Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={() => dialog.current?.close()}>
							Close
						</Button>
					</>
				}
			/>
		</dialog>
	);
}

function heightOf(windowPx: number): number {
	return Math.max(HEIGHT_MIN_PX, windowPx - AROUND_PX);
}
