/** Chooses the columns of a list of runs. */

import { makeStyles } from '@fluentui/react-components';
import { TableSettingsRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { PanelButton } from '../../shared/panel/panel-button.tsx';
import type { ColumnChoicesProps } from './column-choices.tsx';

const ColumnChoices = onDemand(async () => (await import('./column-choices.tsx')).ColumnChoices);

const useStyles = makeStyles({ panel: { width: '400px' } });

export function ColumnPicker(props: ColumnChoicesProps) {
	const styles = useStyles();
	return (
		<PanelButton
			label="Columns"
			positioning="below-end"
			className={styles.panel}
			button={{ icon: <TableSettingsRegular />, children: 'Columns' }}
		>
			{() => <ColumnChoices {...props} />}
		</PanelButton>
	);
}
