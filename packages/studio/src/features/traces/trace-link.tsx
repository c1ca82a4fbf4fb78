/** The name of a trace, leading to its page. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Trace } from '@runstead/contract';
import { Link } from '@tanstack/react-router';
import { traceName } from './trace-facts.ts';

/** Characters of a name that a row draws. */
const SHOWN_MAX = 256;

const useStyles = makeStyles({
	link: {
		color: tokens.colorBrandForegroundLink,
		textDecorationLine: 'none',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		':hover': { textDecorationLine: 'underline' },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: tokens.borderRadiusSmall },
	},
});

export function TraceLink({ workspace, trace }: { readonly workspace: string; readonly trace: Trace }) {
	const styles = useStyles();
	const params = { workspace, experimentId: trace.experimentId, traceId: trace.id };
	return (
		<Link to="/w/$workspace/traces/$experimentId/$traceId" params={params} className={styles.link} title={trace.id} preload={false}>
			{traceName(trace).slice(0, SHOWN_MAX)}
		</Link>
	);
}
