/** The run as the API gives it. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Run } from '@runstead/contract';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';

const useStyles = makeStyles({
	root: { padding: tokens.spacingHorizontalL, overflow: 'auto' },
});

export function RunRaw({ run }: { readonly run: Run }) {
	const styles = useStyles();
	return (
		<div className={styles.root}>
			<CopyableCode code={JSON.stringify(run, null, 2)} />
		</div>
	);
}
