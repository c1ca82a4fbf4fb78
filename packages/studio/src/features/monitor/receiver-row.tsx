/** One receiver of a group that is written: its kind, its address, and a test of what the server has of it. */
import { Button, Dropdown, Input, makeStyles, Option, tokens } from '@fluentui/react-components';
import type { ActionGroup, ReceiverType } from '@runstead/contract';
import { DeleteRegular } from '../../shared/icons.ts';
import { isKept, type ReceiverDraft } from './group-draft.ts';
import { RECEIVER_KINDS } from './receiver-kinds.ts';
import { TestReceiver } from './test-receiver.tsx';

const useStyles = makeStyles({
	root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS, maxWidth: '100%' },
	kind: { minWidth: '120px', width: '120px' },
	address: { width: '380px', maxWidth: '100%', '& input': { minWidth: 0 } },
});

interface ReceiverRowProps {
	/** From 1. */
	readonly place: number;
	readonly workspace: string;
	readonly group: ActionGroup | null;
	readonly receiver: ReceiverDraft;
	/** It was added by the button just now, and takes the focus. */
	readonly isAdded: boolean;
	readonly onChange: (receiver: ReceiverDraft) => void;
	readonly onRemove: () => void;
}

export function ReceiverRow({ place, workspace, group, receiver, isAdded, onChange, onRemove }: ReceiverRowProps) {
	const styles = useStyles();
	const { type, address, kept } = receiver;
	return (
		<div className={styles.root}>
			<Dropdown
				className={styles.kind}
				autoFocus={isAdded}
				aria-label={`Kind of receiver ${place}`}
				value={RECEIVER_KINDS[type].name}
				selectedOptions={[type]}
				onOptionSelect={(_, { optionValue }) => onChange({ ...receiver, type: (optionValue ?? type) as ReceiverType })}
			>
				{Object.entries(RECEIVER_KINDS).map(([value, { name }]) => (
					<Option key={value} value={value}>
						{name}
					</Option>
				))}
			</Dropdown>
			<Input
				className={styles.address}
				aria-label={`Address of receiver ${place}`}
				placeholder={RECEIVER_KINDS[type].example}
				value={address}
				onChange={(_, { value }) => onChange({ ...receiver, address: value })}
			/>
			<TestReceiver
				workspace={workspace}
				group={group?.id ?? null}
				receiver={isKept(receiver) ? (kept?.id ?? null) : null}
				label={`Test receiver ${place}`}
			/>
			<Button
				size="small"
				appearance="subtle"
				icon={<DeleteRegular />}
				aria-label={`Remove receiver ${place}`}
				title="Remove"
				onClick={onRemove}
			/>
		</div>
	);
}
