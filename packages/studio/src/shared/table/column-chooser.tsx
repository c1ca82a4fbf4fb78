/** Chooses which columns a table shows. */
import { Button, Checkbox, makeStyles, Popover, PopoverSurface, PopoverTrigger, SearchBox, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { TableSettingsRegular } from '../icons.ts';

const useStyles = makeStyles({
	surface: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, width: '300px', padding: tokens.spacingHorizontalM },
	list: { display: 'flex', flexDirection: 'column', maxHeight: '360px', overflowY: 'auto' },
	group: { color: tokens.colorNeutralForeground3, paddingTop: tokens.spacingVerticalS },
});

interface ColumnChooserProps {
	readonly groups: readonly { readonly group: string; readonly choices: readonly { readonly id: string; readonly label: string }[] }[];
	readonly chosen: readonly string[];
	/** `null` goes back to what the table shows by itself. */
	readonly onChoose: (chosen: readonly string[] | null) => void;
}

export function ColumnChooser({ groups, chosen, onChoose }: ColumnChooserProps) {
	const styles = useStyles();
	const [search, setSearch] = useState('');
	const matches = (label: string) => label.toLowerCase().includes(search.toLowerCase());
	const toggle = (id: string, isOn: boolean) => onChoose(isOn ? [...chosen, id] : chosen.filter((one) => one !== id));
	return (
		<Popover withArrow={false} positioning="below-end" trapFocus>
			<PopoverTrigger disableButtonEnhancement>
				<Button icon={<TableSettingsRegular />}>Columns</Button>
			</PopoverTrigger>
			<PopoverSurface className={styles.surface} aria-label="Columns">
				<SearchBox size="small" placeholder="Find a column" value={search} onChange={(_, { value }) => setSearch(value)} />
				<div className={styles.list}>
					{groups.map(({ group, choices }) => {
						const found = choices.filter(({ label }) => matches(label));
						if (found.length === 0) return null;
						return (
							<fieldset key={group} style={{ border: 'none', margin: 0, padding: 0, display: 'contents' }}>
								<Text as="strong" size={200} className={styles.group}>
									{group}
								</Text>
								{found.map(({ id, label }) => (
									<Checkbox
										key={id}
										label={label}
										checked={chosen.includes(id)}
										onChange={(_, { checked }) => toggle(id, checked === true)}
									/>
								))}
							</fieldset>
						);
					})}
				</div>
				<Button size="small" onClick={() => onChoose(null)}>
					Back to the usual columns
				</Button>
			</PopoverSurface>
		</Popover>
	);
}
