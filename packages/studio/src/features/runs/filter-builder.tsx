/** Opens the conditions of a filter, for those who would rather point than type. */

import { makeStyles } from '@fluentui/react-components';
import { AddRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { PanelButton } from '../../shared/panel/panel-button.tsx';
import type { ConditionsFormProps } from './conditions-form.tsx';

const ConditionsForm = onDemand(async () => (await import('./conditions-form.tsx')).ConditionsForm);

const useStyles = makeStyles({ panel: { width: '640px' } });

export function FilterBuilder(props: Omit<ConditionsFormProps, 'onClose'>) {
	const styles = useStyles();
	return (
		<PanelButton label="Conditions" className={styles.panel} button={{ icon: <AddRegular />, children: 'Filter' }}>
			{(close) => <ConditionsForm {...props} onClose={close} />}
		</PanelButton>
	);
}
