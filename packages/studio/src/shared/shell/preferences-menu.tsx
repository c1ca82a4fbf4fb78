/** What the reader sets for this browser: the zone of times, and whatever else the caller adds; and the way to the map of the keys. */
import {
	Menu,
	MenuButton,
	MenuDivider,
	MenuGroup,
	MenuGroupHeader,
	MenuItem,
	MenuItemRadio,
	MenuList,
	MenuPopover,
	MenuTrigger,
	Tooltip,
} from '@fluentui/react-components';
import { openPanel } from '../commands/open-panel.ts';
import { localZoneName, timeZone, useTimeZone } from '../format/time-zone.ts';
import { TIME_ZONES } from '../format/times.ts';
import { KeyboardRegular, SettingsRegular } from '../icons.ts';

/** A choice between some words, one of which holds. */
export interface Preference {
	readonly id: string;
	readonly title: string;
	readonly options: readonly { readonly value: string; readonly label: string }[];
	readonly value: string;
	readonly onChoose: (value: string) => void;
}

export function PreferencesMenu({ preferences }: { readonly preferences: readonly Preference[] }) {
	const times = useTimes();
	const all = [times, ...preferences];
	return (
		<Menu
			checkedValues={Object.fromEntries(all.map(({ id, value }) => [id, [value]]))}
			onCheckedValueChange={(_, { name, checkedItems: [value] }) => {
				if (value !== undefined) all.find(({ id }) => id === name)?.onChoose(value);
			}}
		>
			<MenuTrigger disableButtonEnhancement>
				<Tooltip content="Preferences" relationship="label">
					<MenuButton appearance="subtle" icon={<SettingsRegular />} menuIcon={null} />
				</Tooltip>
			</MenuTrigger>
			<MenuPopover>
				<MenuList>
					{all.map(({ id, title, options }) => (
						<MenuGroup key={id}>
							<MenuGroupHeader>{title}</MenuGroupHeader>
							{options.map(({ value, label }) => (
								<MenuItemRadio key={value} name={id} value={value}>
									{label}
								</MenuItemRadio>
							))}
						</MenuGroup>
					))}
					<MenuDivider />
					<MenuItem icon={<KeyboardRegular />} secondaryContent="?" onClick={() => openPanel('keys')}>
						Keyboard map
					</MenuItem>
				</MenuList>
			</MenuPopover>
		</Menu>
	);
}

function useTimes(): Preference {
	return {
		id: 'times',
		title: 'Times',
		options: [
			{ value: 'local', label: `My time zone (${localZoneName()})` },
			{ value: 'utc', label: 'UTC' },
		],
		value: useTimeZone(),
		onChoose: (value) => timeZone.set(TIME_ZONES.find((one) => one === value) ?? 'local'),
	};
}
