/** A source text with its words coloured by what they are, and its lines numbered. Made of elements, never of markup, so nothing in it can run. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { createElement, Fragment, type ReactNode, useMemo } from 'react';
import { scrollable } from '../keyboard/scrollable.ts';
import { lowlight } from './languages.ts';

/** A longer text is shown as it is: colouring it would hold up the page. */
const COLOURED_CHARACTERS_MAX = 300_000;

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexGrow: 1,
		minHeight: 0,
		overflow: 'auto',
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		lineHeight: '18px',
		tabSize: '4',
		backgroundColor: tokens.colorNeutralBackground2,
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
	},
	block: { flexGrow: 0, borderRadius: tokens.borderRadiusMedium },
	numbers: {
		position: 'sticky',
		left: 0,
		margin: 0,
		height: 'max-content',
		padding: tokens.spacingHorizontalM,
		textAlign: 'right',
		color: tokens.colorNeutralForeground3,
		backgroundColor: tokens.colorNeutralBackground2,
		userSelect: 'none',
	},
	code: {
		margin: 0,
		height: 'max-content',
		padding: tokens.spacingHorizontalM,
		whiteSpace: 'pre',
		'& .hljs-comment, & .hljs-quote': { color: tokens.colorNeutralForeground3, fontStyle: 'italic' },
		'& .hljs-keyword, & .hljs-literal, & .hljs-meta, & .hljs-name': { color: tokens.colorBrandForeground1 },
		'& .hljs-string, & .hljs-regexp, & .hljs-addition': { color: tokens.colorPaletteGreenForeground1 },
		'& .hljs-number, & .hljs-symbol, & .hljs-bullet': { color: tokens.colorPaletteMarigoldForeground2 },
		'& .hljs-title, & .hljs-section': { color: tokens.colorPaletteBerryForeground2, fontWeight: tokens.fontWeightSemibold },
		'& .hljs-attr, & .hljs-attribute, & .hljs-built_in, & .hljs-type, & .hljs-variable': { color: tokens.colorPaletteTealForeground2 },
		'& .hljs-emphasis': { fontStyle: 'italic' },
		'& .hljs-strong': { fontWeight: tokens.fontWeightSemibold },
	},
});

interface SourceCodeProps {
	readonly code: string;
	readonly language: string | null;
	readonly label: string;
	/** Stands among other things, without numbers. */
	readonly isBlock?: boolean;
}

type Tree = ReturnType<typeof lowlight.highlight>['children'][number];

export function SourceCode({ code, language, label, isBlock = false }: SourceCodeProps) {
	const styles = useStyles();
	const content = useMemo(() => coloured(code, language), [code, language]);
	const numbers = useMemo(() => Array.from({ length: code.split('\n').length }, (_, index) => index + 1).join('\n'), [code]);
	return (
		<section {...scrollable} className={mergeClasses(styles.root, isBlock && styles.block)} aria-label={label}>
			{!isBlock && (
				<pre className={styles.numbers} aria-hidden="true">
					{numbers}
				</pre>
			)}
			<pre className={styles.code}>
				<code>{content}</code>
			</pre>
		</section>
	);
}

function coloured(code: string, language: string | null): ReactNode {
	if (language === null || code.length > COLOURED_CHARACTERS_MAX || !lowlight.registered(language)) return code;
	return lowlight.highlight(language, code).children.map(elementOf);
}

function elementOf(node: Tree, key: number): ReactNode {
	if (node.type === 'text') return createElement(Fragment, { key }, node.value);
	if (node.type !== 'element') return null;
	const { className } = node.properties;
	return createElement(
		'span',
		{ key, className: Array.isArray(className) ? className.join(' ') : undefined },
		node.children.map(elementOf),
	);
}
