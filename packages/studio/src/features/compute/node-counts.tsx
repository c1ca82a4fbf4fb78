/** How many nodes of a cluster are in which state; states without nodes are left out. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { type Cluster, NODE_STATES } from '@runstead/contract';
import { NodeStateLabel } from './node-state.tsx';

const useStyles = makeStyles({
	root: { display: 'inline-flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
	none: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

export function NodeCounts({ cluster }: { readonly cluster: Pick<Cluster, 'nodeCounts' | 'currentNodes'> }) {
	const styles = useStyles();
	if (cluster.currentNodes === 0) return <span className={styles.none}>no nodes</span>;
	return (
		<span className={styles.root}>
			{NODE_STATES.map((state) => {
				const count = cluster.nodeCounts[state] ?? 0;
				return count > 0 && <NodeStateLabel key={state} state={state} count={count} />;
			})}
		</span>
	);
}
