/** Chooses between the system's theme, light, dark and high contrast. */
import { Menu, MenuButton, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, Tooltip } from '@fluentui/react-components';
import { AccessibilityRegular, DarkThemeRegular, SettingsRegular, WeatherMoonRegular, WeatherSunnyRegular } from '../icons.ts';
import { chooseTheme, THEME_CHOICES, type ThemeChoice, useThemeChoice } from '../theme/theme-choice.ts';

const LOOKS = {
	system: { label: 'As the system', icon: <SettingsRegular /> },
	light: { label: 'Light', icon: <WeatherSunnyRegular /> },
	dark: { label: 'Dark', icon: <WeatherMoonRegular /> },
	contrast: { label: 'High contrast', icon: <AccessibilityRegular /> },
} satisfies Record<ThemeChoice, unknown>;

export function ThemeMenu() {
	const choice = useThemeChoice();
	return (
		<Menu
			checkedValues={{ theme: [choice] }}
			onCheckedValueChange={(_, { checkedItems }) => {
				const next = THEME_CHOICES.find((one) => one === checkedItems[0]);
				if (next !== undefined) chooseTheme(next);
			}}
		>
			<MenuTrigger disableButtonEnhancement>
				<Tooltip content="Theme" relationship="label">
					<MenuButton appearance="subtle" icon={<DarkThemeRegular />} menuIcon={null} />
				</Tooltip>
			</MenuTrigger>
			<MenuPopover>
				<MenuList>
					{THEME_CHOICES.map((one) => (
						<MenuItemRadio key={one} name="theme" value={one} icon={LOOKS[one].icon}>
							{LOOKS[one].label}
						</MenuItemRadio>
					))}
				</MenuList>
			</MenuPopover>
		</Menu>
	);
}
