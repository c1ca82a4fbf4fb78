/** A block of code with a button that copies it; a long one can begin with a part of its lines. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { CheckmarkRegular, CopyRegular } from '../icons.ts';

const useStyles = makeStyles({
	root: {
		position: 'relative',
		width: '100%',
		border: `1px solid ${tokens.colorNeutralStroke2}`,
		borderRadius: tokens.borderRadiusMedium,
		backgroundColor: tokens.colorNeutralBackground1,
	},
	code: {
		margin: 0,
		padding: tokens.spacingHorizontalM,
		paddingRight: '48px',
		overflow: 'auto',
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		lineHeight: tokens.lineHeightBase300,
		tabSize: '4',
		whiteSpace: 'pre',
	},
	wrapped: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
	/** So that what follows a long text that was opened stays in reach. */
	whole: { maxHeight: '40vh' },
	copy: { position: 'absolute', top: tokens.spacingVerticalXS, right: tokens.spacingHorizontalXS },
	more: { margin: `0 0 ${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXS}` },
});

/** So few lines more are shown as well: the button would take their room. */
const SPARED_LINES_MAX = 2;

interface CopyableCodeProps {
	readonly code: string;
	/** Shown before the reader asks for all: so many lines of the start or the end. */
	readonly collapsed?: { readonly linesMax: number; readonly kept: 'start' | 'end' };
	/** Long lines go on in the next, for what people read. */
	readonly wraps?: boolean;
}

export function CopyableCode({ code, collapsed, wraps = false }: CopyableCodeProps) {
	const styles = useStyles();
	const [isCopied, setIsCopied] = useState(false);
	const [isWhole, setIsWhole] = useState(false);
	const lines = code.split('\n');
	const isLong = collapsed !== undefined && lines.length > collapsed.linesMax + SPARED_LINES_MAX;
	const shown = isLong && !isWhole ? partOf(lines, collapsed) : code;
	const copy = async () => {
		await navigator.clipboard.writeText(code);
		setIsCopied(true);
	};
	return (
		<div className={styles.root}>
			<pre className={mergeClasses(styles.code, wraps && styles.wrapped, isLong && isWhole && styles.whole)}>
				<code>{shown}</code>
			</pre>
			{isLong && (
				<Button className={styles.more} size="small" appearance="transparent" aria-expanded={isWhole} onClick={() => setIsWhole(!isWhole)}>
					{isWhole ? 'Show less' : `Show all ${lines.length} lines`}
				</Button>
			)}
			{navigator.clipboard !== undefined && (
				<Button
					className={styles.copy}
					size="small"
					appearance="subtle"
					icon={isCopied ? <CheckmarkRegular /> : <CopyRegular />}
					aria-label={isCopied ? 'Copied' : 'Copy'}
					onClick={() => void copy()}
					onBlur={() => setIsCopied(false)}
				/>
			)}
		</div>
	);
}

function partOf(lines: readonly string[], { linesMax, kept }: NonNullable<CopyableCodeProps['collapsed']>): string {
	return kept === 'start' ? [...lines.slice(0, linesMax), '…'].join('\n') : ['…', ...lines.slice(-linesMax)].join('\n');
}
