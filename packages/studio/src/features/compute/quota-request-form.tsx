/** Asks for a greater quota, with the reason; an owner decides. */
import { Button, Dropdown, Field, Input, Option, Textarea } from '@fluentui/react-components';
import { LIMITS, type Quota } from '@runstead/contract';
import { useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { useChangeCompute } from './api.ts';
import { quotaName } from './quota-name.ts';

interface QuotaRequestFormProps {
	readonly workspace: string;
	readonly quotas: readonly Quota[];
	readonly onClose: () => void;
}

export function QuotaRequestForm({ workspace, quotas, onClose }: QuotaRequestFormProps) {
	const change = useChangeCompute(workspace);
	const [name, setName] = useState(quotas[0]?.name ?? '');
	const [cores, setCores] = useState('');
	const [reason, setReason] = useState('');
	const quota = quotas.find((one) => one.name === name);
	const limitCores = /^\d{1,9}$/.test(cores.trim()) ? Number(cores) : null;
	const isMore = limitCores !== null && limitCores > (quota?.limitCores ?? 0) && limitCores <= LIMITS.quotaCores.max;
	const send = () => {
		if (limitCores === null || !isMore || reason.trim() === '') return;
		change.mutate({ kind: 'request-quota', quota: name, limitCores, reason: reason.trim() }, { onSuccess: onClose });
	};
	return (
		<>
			<Field label="Quota" size="small">
				<Dropdown value={quotaName(name)} selectedOptions={[name]} onOptionSelect={(_, { optionValue }) => setName(optionValue ?? name)}>
					{quotas.map((one) => (
						<Option key={one.name} value={one.name}>
							{quotaName(one.name)}
						</Option>
					))}
				</Dropdown>
			</Field>
			<Field
				label="Cores"
				size="small"
				hint={`${formatCount(quota?.limitCores ?? 0)} now, ${formatCount(quota?.usedCores ?? 0)} of them used`}
				validationMessage={cores !== '' && !isMore ? `A whole number above ${formatCount(quota?.limitCores ?? 0)}` : undefined}
			>
				<Input inputMode="numeric" value={cores} onChange={(_, { value }) => setCores(value)} />
			</Field>
			<Field label="Reason" size="small">
				<Textarea
					value={reason}
					maxLength={LIMITS.descriptionCharacters.max}
					placeholder="What needs them, and until when"
					onChange={(_, { value }) => setReason(value)}
				/>
			</Field>
			{change.isError && <span role="alert">{describeError(change.error).message}</span>}
			<Button appearance="primary" disabled={!isMore || reason.trim() === '' || change.isPending} onClick={send}>
				Ask for it
			</Button>
		</>
	);
}
