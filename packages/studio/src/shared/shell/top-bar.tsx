/** The bar above every page: workspace, where the reader is, the way to search everything, whether it is live, theme, preferences. */
import { Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { openPanel } from '../commands/open-panel.ts';
import { NavigationRegular, SearchRegular } from '../icons.ts';
import { Brand } from './brand.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { type Preference, PreferencesMenu } from './preferences-menu.tsx';
import { ThemeMenu } from './theme-menu.tsx';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		height: '48px',
		flexShrink: 0,
		padding: `0 ${tokens.spacingHorizontalM}`,
		backgroundColor: tokens.colorNeutralBackground3,
	},
	separator: { width: '1px', height: '20px', backgroundColor: tokens.colorNeutralStroke2 },
	search: {
		flexShrink: 0,
		gap: tokens.spacingHorizontalXS,
		fontWeight: tokens.fontWeightRegular,
		color: tokens.colorNeutralForeground3,
		'@media (max-width: 860px)': { minWidth: '32px', padding: 0, border: 'none' },
	},
	words: {
		display: 'inline-flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalL,
		'@media (max-width: 860px)': { display: 'none' },
		// What is heard is told by aria-keyshortcuts.
		'::after': { content: "'Ctrl K'", fontSize: tokens.fontSizeBase200 },
	},
	// On a phone there is no room for it: the page says what it is, and the rail leads back.
	trail: { flexGrow: 1, minWidth: 0, display: 'flex', alignItems: 'center', '@media (max-width: 640px)': { visibility: 'hidden' } },
});

interface TopBarProps {
	readonly workspacePicker: ReactNode;
	readonly preferences: readonly Preference[];
	readonly isFolded: boolean;
	readonly onFold: () => void;
	readonly onTrailSlot: (slot: HTMLElement | null) => void;
}

export function TopBar({ workspacePicker, preferences, isFolded, onFold, onTrailSlot }: TopBarProps) {
	const styles = useStyles();
	return (
		<header className={styles.root}>
			<Tooltip content={isFolded ? 'Open the menu' : 'Fold the menu'} relationship="label">
				<Button appearance="subtle" icon={<NavigationRegular />} aria-expanded={!isFolded} onClick={onFold} />
			</Tooltip>
			<Brand />
			<span className={styles.separator} />
			{workspacePicker}
			<div ref={onTrailSlot} className={styles.trail} />
			<Button
				className={styles.search}
				icon={<SearchRegular />}
				aria-label="Search everything"
				aria-keyshortcuts="Control+K"
				onClick={() => openPanel('palette')}
			>
				<span className={styles.words}>Search everything</span>
			</Button>
			<LiveIndicator />
			<ThemeMenu />
			<PreferencesMenu preferences={preferences} />
		</header>
	);
}
