/** The run as the API gives it. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { CopyableCode } from '../../shared/states/copyable-code.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { wholeRunQuery } from './api.ts';

const useStyles = makeStyles({
	root: { padding: tokens.spacingHorizontalL, overflow: 'auto' },
});

export function RunRaw({ run }: { readonly run: string }) {
	const styles = useStyles();
	const query = useQuery(wholeRunQuery(run));
	return (
		<div className={styles.root}>
			<QueryState query={query} label="the run">
				{(whole) => <CopyableCode code={JSON.stringify(whole, null, 2)} />}
			</QueryState>
		</div>
	);
}
