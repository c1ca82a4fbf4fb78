/** How panes of text look: one look for a log, for what was found in it, and for two logs side by side. */
import { makeStyles, tokens } from '@fluentui/react-components';

export const usePaneStyles = makeStyles({
	scroller: {
		flexGrow: 1,
		minHeight: 0,
		minWidth: 0,
		overflow: 'auto',
		position: 'relative',
		backgroundColor: tokens.colorNeutralBackground2,
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		lineHeight: '18px',
		tabSize: '4',
		overflowAnchor: 'none',
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
	},
	note: {
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
	},
	problem: {
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		color: tokens.colorPaletteRedForeground1,
		fontSize: tokens.fontSizeBase200,
	},
});
