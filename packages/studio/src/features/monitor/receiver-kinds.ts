/** The ways by which somebody is told, as people know them. */
import type { ReceiverType } from '@runstead/contract';

export const RECEIVER_KINDS: Readonly<Record<ReceiverType, { readonly name: string; readonly example: string }>> = {
	webhook: { name: 'Webhook', example: 'https://example.org/hook' },
	slack: { name: 'Slack', example: 'https://hooks.slack.com/services/…' },
	email: { name: 'Mail', example: 'ada@example.org, bob@example.org' },
};
