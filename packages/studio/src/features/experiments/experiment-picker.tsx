/** Which experiments the runs of the list are of. */

import { makeStyles } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { formatCount } from '../../shared/format/numbers.ts';
import { BeakerRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { PanelButton } from '../../shared/panel/panel-button.tsx';
import { experimentsQuery } from './api.ts';
import type { ExperimentChoicesProps } from './experiment-choices.tsx';

const ExperimentChoices = onDemand(async () => (await import('./experiment-choices.tsx')).ExperimentChoices);

const useStyles = makeStyles({
	panel: { width: '300px' },
	name: { maxWidth: '160px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});

export function ExperimentPicker(props: ExperimentChoicesProps) {
	const styles = useStyles();
	const { workspace, chosen } = props;
	const [first] = chosen;
	const list = useInfiniteQuery({ ...experimentsQuery(workspace), enabled: chosen.length === 1 });
	const name = list.data?.pages.flatMap((page) => page.experiments).find(({ id }) => id === first)?.name;
	const words =
		first === undefined ? 'All experiments' : chosen.length === 1 ? (name ?? '1 experiment') : `${formatCount(chosen.length)} experiments`;
	return (
		<PanelButton
			label="Experiments"
			className={styles.panel}
			button={{
				icon: <BeakerRegular />,
				children: (
					<span className={styles.name} title={name}>
						{words}
					</span>
				),
				appearance: first === undefined ? 'secondary' : 'primary',
			}}
		>
			{() => <ExperimentChoices {...props} />}
		</PanelButton>
	);
}
