/** Fluent's provider with the theme the reader chose; everything below takes its colours from its tokens. */
import { FluentProvider, makeStyles, teamsHighContrastTheme, tokens, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { type ReactNode, useEffect } from 'react';
import { type Look, useLook } from './theme-choice.ts';

const fontFamilyBase = `'Segoe UI Variable', 'Segoe UI', Inter, system-ui, -apple-system, Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif`;
const fontFamilyMonospace = `'Cascadia Mono', Consolas, ui-monospace, 'SF Mono', Menlo, 'Liberation Mono', monospace`;
const fonts = { fontFamilyBase, fontFamilyMonospace };
/** Fluent gives all of these one colour in high contrast, and lines of a chart are told apart by theirs. */
const contrastSeries = {
	colorPaletteMarigoldBorderActive: '#ffd400',
	colorPaletteTealBorderActive: '#1aebff',
	colorPaletteBerryBorderActive: '#ff7bff',
	colorPaletteForestBorderActive: '#5cff5c',
	colorPaletteGrapeBorderActive: '#b79cff',
	colorPalettePumpkinBorderActive: '#ff9f5c',
	colorPaletteSteelBorderActive: '#8fb8c9',
};
const THEMES: Readonly<Record<Look, typeof webLightTheme>> = {
	light: { ...webLightTheme, ...fonts },
	dark: { ...webDarkTheme, ...fonts },
	contrast: { ...teamsHighContrastTheme, ...contrastSeries, ...fonts },
};

/** Not a class: Fluent copies the provider's classes to the layer of every menu and tooltip, which would then cover the page. */
const FILLED = { height: '100%' };

const useStyles = makeStyles({
	root: { display: 'flow-root', height: '100%', backgroundColor: tokens.colorNeutralBackground2 },
});

export function Themed({ children }: { readonly children: ReactNode }) {
	const styles = useStyles();
	const look = useLook();
	useEffect(() => {
		document.documentElement.style.colorScheme = look === 'light' ? 'light' : 'dark';
	}, [look]);
	return (
		<FluentProvider theme={THEMES[look]} style={FILLED}>
			<div className={styles.root}>{children}</div>
		</FluentProvider>
	);
}
