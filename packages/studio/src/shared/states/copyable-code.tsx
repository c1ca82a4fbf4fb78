/** A block of code with a button that copies it. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
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
		overflowX: 'auto',
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		lineHeight: tokens.lineHeightBase300,
		tabSize: '4',
	},
	copy: { position: 'absolute', top: tokens.spacingVerticalXS, right: tokens.spacingHorizontalXS },
});

export function CopyableCode({ code }: { readonly code: string }) {
	const styles = useStyles();
	const [isCopied, setIsCopied] = useState(false);
	const copy = async () => {
		await navigator.clipboard.writeText(code);
		setIsCopied(true);
	};
	return (
		<div className={styles.root}>
			<pre className={styles.code}>
				<code>{code}</code>
			</pre>
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
