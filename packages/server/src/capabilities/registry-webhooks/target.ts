/** Where a webhook goes: its address and secret, kept sealed. */
import { RunsteadError } from '@runstead/contract';
import { checkOutbound, type Reach } from '../../http/outbound-address.ts';
import type { SecretBox } from '../../storage/secret-box.ts';

export interface Target {
	readonly url: string;
	/** What deliveries are signed with; null: they are not. */
	readonly secret: string | null;
	/** How far whoever gave the address may lead the server. */
	readonly reach: Reach;
}

export interface TargetBox {
	seal(target: Target): string;
	open(kept: string): Target;
	/** Null: it was sealed with another key. */
	openOrNull(kept: string): Target | null;
}

export function createTargetBox(secrets: SecretBox): TargetBox {
	return {
		seal: (target) => secrets.seal(JSON.stringify(target)),
		open: (kept) => JSON.parse(secrets.open(kept)) as Target,
		openOrNull(kept) {
			const target = secrets.openOrNull(kept);
			return target === null ? null : (JSON.parse(target) as Target);
		},
	};
}

const SCHEMES = ['https', 'http'];

/** In the words of MLflow's own refusals, which its clients look for. @throws {RunsteadError} invalid-request, address-not-allowed. */
export async function checkTarget(url: string, reach: Reach): Promise<void> {
	const refuse = (what: string): never => {
		throw new RunsteadError('invalid-request', { what });
	};
	if (url.trim() === '') refuse(`Webhook URL cannot be empty or just whitespace: '${url}'`);
	const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
	if (!SCHEMES.includes(scheme)) refuse(`Invalid webhook URL scheme: '${scheme}'. Allowed schemes are: ${SCHEMES.join(', ')}.`);
	const parsed = URL.parse(url) ?? refuse(`Invalid webhook URL '${url}': it cannot be read`);
	if (parsed.username !== '' || parsed.password !== '')
		refuse('Invalid webhook URL: it has a user name or password in it. Give the webhook a secret: deliveries are signed with it.');
	await checkOutbound(parsed.hostname, reach);
}
