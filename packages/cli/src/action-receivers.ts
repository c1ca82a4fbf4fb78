/** Receivers of action groups, as command lines name them. */
import type { ActionGroup, ActionReceiver } from '@runstead/contract';
import { CommandError, type OptionDescriptions } from './command.ts';

export const RECEIVER_OPTIONS = {
	webhook: { type: 'string', value: 'URL', multiple: true, description: "Gets Azure's common alert schema, signed." },
	slack: { type: 'string', value: 'URL', multiple: true, description: 'An incoming webhook of Slack.' },
	email: { type: 'string', value: 'ADDRESS', multiple: true, description: 'Gets a mail; the server needs --smtp.' },
} as const satisfies OptionDescriptions;

export interface ReceiverOptions {
	readonly webhook?: readonly string[];
	readonly slack?: readonly string[];
	readonly email?: readonly string[];
}

type KeptReceiver = ActionGroup['receivers'][number];

export function newReceivers({ webhook = [], slack = [], email = [] }: ReceiverOptions): ActionReceiver[] {
	return [
		...webhook.map((url) => ({ type: 'webhook' as const, url })),
		...slack.map((url) => ({ type: 'slack' as const, url })),
		...(email.length > 0 ? [{ type: 'email' as const, to: [...email] }] : []),
	];
}

/** One that is there, as it is. */
export function keptReceiver({ id, type, address }: KeptReceiver): ActionReceiver {
	return type === 'email' ? { type, id, to: address.split(', ') } : { type, id };
}

/** By its id, the beginning of it, or its address as it is shown. @throws {CommandError} for none, or several. */
export function findReceiver(group: ActionGroup, given: string): KeptReceiver {
	const found = group.receivers.filter(({ id, address }) => address === given || (given !== '' && id.startsWith(given)));
	const [only] = found;
	if (only !== undefined && found.length === 1) return only;
	const listed = group.receivers.map(({ id, type, address }) => `    ${id}  ${type} ${address}`).join('\n');
	throw new CommandError(
		found.length === 0
			? `Group ${group.name} has no receiver ${given}.`
			: `${found.length} receivers of group ${group.name} are meant by ${given}.`,
		`It has these; name one by its id or its address:\n${listed}`,
	);
}
