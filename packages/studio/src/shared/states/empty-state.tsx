/** Nothing here yet: says why, and how to change that. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { CopyableCode } from './copyable-code.tsx';

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalS,
		alignItems: 'flex-start',
		maxWidth: '680px',
		margin: `${tokens.spacingVerticalXXL} auto`,
		padding: `0 ${tokens.spacingHorizontalL}`,
	},
	text: { color: tokens.colorNeutralForeground2, lineHeight: tokens.lineHeightBase400 },
});

export function EmptyState({ title, children, code }: { readonly title: string; readonly children?: ReactNode; readonly code?: string }) {
	const styles = useStyles();
	return (
		<div className={styles.root}>
			<Text as="h2" size={500} weight="semibold">
				{title}
			</Text>
			{children && <div className={styles.text}>{children}</div>}
			{code && <CopyableCode code={code} />}
		</div>
	);
}
