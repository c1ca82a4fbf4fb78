/** Changes a chart where it stands. */

import { makeStyles } from '@fluentui/react-components';
import { SettingsRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { PanelButton } from '../../shared/panel/panel-button.tsx';
import type { FieldsProps } from './chart-fields.tsx';

const ChartFields = onDemand(async () => (await import('./chart-fields.tsx')).ChartFields);

const useStyles = makeStyles({ panel: { width: '300px', maxHeight: '70vh', overflowY: 'auto' } });

export function ChartEditor({ isOpenAtFirst, ...fields }: FieldsProps & { readonly isOpenAtFirst: boolean }) {
	const styles = useStyles();
	return (
		<PanelButton
			label="Edit chart"
			positioning="below-end"
			className={styles.panel}
			isOpenAtFirst={isOpenAtFirst}
			button={{ size: 'small', appearance: 'subtle', icon: <SettingsRegular />, 'aria-label': 'Edit chart', title: 'Edit chart' }}
		>
			{() => <ChartFields {...fields} />}
		</PanelButton>
	);
}
