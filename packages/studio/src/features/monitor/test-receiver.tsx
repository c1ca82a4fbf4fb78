/** A button that sends a test to one receiver, and what became of it beside. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { AlertDelivery } from '@runstead/contract';
import { describeError } from '../../shared/api/describe-error.ts';
import { useChangeMonitor } from './api.ts';

const useStyles = makeStyles({
	good: { color: tokens.colorPaletteGreenForeground1 },
	bad: { color: tokens.colorPaletteRedForeground1, overflowWrap: 'anywhere' },
});

interface TestReceiverProps {
	readonly workspace: string;
	/** Null, as the receiver: the server does not have it yet. */
	readonly group: string | null;
	readonly receiver: string | null;
	readonly label: string;
}

export function TestReceiver({ workspace, group, receiver, label }: TestReceiverProps) {
	const styles = useStyles();
	const change = useChangeMonitor(workspace);
	const deliveries = (change.data as { deliveries: AlertDelivery[] } | undefined)?.deliveries ?? [];
	const [delivery] = deliveries;
	const isKnown = group !== null && receiver !== null;
	return (
		<>
			<Button
				size="small"
				aria-label={label}
				title={isKnown ? undefined : 'It can be tested once it is saved.'}
				disabledFocusable={!isKnown || change.isPending}
				onClick={() => isKnown && change.mutate({ kind: 'test-group', group, receiver })}
			>
				{change.isPending ? 'Testing…' : 'Test'}
			</Button>
			<span role="status" className={delivery?.state === 'delivered' ? styles.good : styles.bad}>
				{change.isError ? describeError(change.error).message : delivery && (delivery.state === 'delivered' ? 'Delivered' : delivery.error)}
			</span>
		</>
	);
}
