/** The pictures that were logged under one name; the newest first, the others by their number. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { MetricSummary } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { useOnScreen } from '../../shared/charts/use-on-screen.ts';
import { RangeSlider } from '../../shared/range-slider.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { runFileAddress } from '../run-files/api.ts';
import { pointsQuery } from './api.ts';

const useStyles = makeStyles({
	image: {
		display: 'block',
		maxWidth: '100%',
		maxHeight: '320px',
		margin: '0 auto',
		borderRadius: tokens.borderRadiusMedium,
		backgroundColor: '#fff',
	},
	slider: { display: 'block', width: 'calc(100% - 16px)' },
	waiting: { height: '200px' },
});

export function ImageMetric({ run, summary }: { readonly run: string; readonly summary: MetricSummary }) {
	const styles = useStyles();
	const [ref, isOnScreen] = useOnScreen();
	const [chosen, setChosen] = useState<number | null>(null);
	const query = useQuery({ ...pointsQuery(run, summary.name), enabled: isOnScreen });
	const paths = (query.data?.columns[0]?.values ?? []).filter((value) => typeof value === 'string');
	const index = Math.min(chosen ?? paths.length - 1, paths.length - 1);
	const path = paths[index];
	const step = query.data?.steps[index];
	return (
		<ChartCard
			ref={ref}
			title={summary.name}
			aside={paths.length > 1 ? `${index + 1} of ${paths.length}` : undefined}
			readout={typeof step === 'number' ? `step ${step}` : undefined}
		>
			<QueryState query={query} label={summary.name} loading={<div className={styles.waiting} />}>
				{() => (
					<>
						{path !== undefined && (
							<img className={styles.image} src={runFileAddress(run, path)} alt={`${summary.name}, ${path}`} loading="lazy" />
						)}
						{paths.length > 1 && (
							<RangeSlider label="Which picture" className={styles.slider} max={paths.length - 1} value={index} onChange={setChosen} />
						)}
					</>
				)}
			</QueryState>
		</ChartCard>
	);
}
