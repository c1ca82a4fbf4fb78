/** A list to choose from whose own words stay, or say what is chosen. */
import { Dropdown, makeStyles, Option } from '@fluentui/react-components';

const useStyles = makeStyles({ root: { minWidth: '150px' } });

interface ChooserProps {
	readonly label: string;
	readonly value: string;
	readonly options: readonly (readonly [string, string])[];
	readonly onChoose: (value: string) => void;
}

export function Chooser({ label, value, options, onChoose }: ChooserProps) {
	const styles = useStyles();
	return (
		<Dropdown
			className={styles.root}
			size="small"
			aria-label={label}
			value={value}
			selectedOptions={[]}
			onOptionSelect={(_, data) => onChoose(data.optionValue ?? '')}
		>
			{options.map(([key, name]) => (
				<Option key={key} value={key}>
					{name}
				</Option>
			))}
		</Dropdown>
	);
}
