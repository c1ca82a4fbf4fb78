/** Who is told: receivers of an action group, kept with their secrets, shown without. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type ActionGroup, type ActionReceiver, RunsteadError } from '@runstead/contract';
import { checkOutbound, type Reach } from '../../http/outbound-address.ts';
import type { SecretBox } from '../../storage/secret-box.ts';

export type KeptReceiver =
	| { readonly type: 'webhook'; readonly id: string; readonly url: string; readonly reach: Reach; readonly secret: string }
	| { readonly type: 'slack'; readonly id: string; readonly url: string; readonly reach: Reach }
	| { readonly type: 'email'; readonly id: string; readonly to: readonly string[] };

/** Receivers as the database has them: sealed, since addresses and what deliveries are signed with are secrets. */
export interface ReceiverBox {
	seal(receivers: readonly KeptReceiver[]): string;
	open(kept: string): KeptReceiver[];
	/** Null: they were sealed in the data folder of another server. */
	openOrNull(kept: string): KeptReceiver[] | null;
	sealOne(receiver: KeptReceiver): string;
	openOne(kept: string): KeptReceiver;
	openOneOrNull(kept: string): KeptReceiver | null;
}

export function createReceiverBox(secrets: SecretBox): ReceiverBox {
	// Those of before were kept as they are, in JSON.
	const text = (kept: string): string => (/^[[{]/.test(kept) ? kept : secrets.open(kept));
	const open = (kept: string): KeptReceiver[] => JSON.parse(text(kept)) as KeptReceiver[];
	const openOne = (kept: string): KeptReceiver => JSON.parse(text(kept)) as KeptReceiver;
	const orNull =
		<Opened>(opening: (kept: string) => Opened) =>
		(kept: string): Opened | null => {
			try {
				return opening(kept);
			} catch {
				return null;
			}
		};
	return {
		seal: (receivers) => secrets.seal(JSON.stringify(receivers)),
		open,
		openOrNull: orNull(open),
		sealOne: (receiver) => secrets.seal(JSON.stringify(receiver)),
		openOne,
		openOneOrNull: orNull(openOne),
	};
}

const SECRET_BYTES = 32;
const MAIL_ADDRESS = /^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+$/;

/** Checks receivers as they are given; one with the id of a known one keeps what it has. @throws {RunsteadError} invalid-request. */
export function keepReceivers(given: readonly ActionReceiver[], known: readonly KeptReceiver[], reach: Reach): KeptReceiver[] {
	return given.map((receiver, index) => {
		const before = receiver.id === undefined ? undefined : known.find(({ id }) => id === receiver.id);
		if (receiver.id !== undefined && before?.type !== receiver.type)
			throw new RunsteadError('invalid-request', {
				what: `receivers[${index}]: the group has no ${receiver.type} receiver ${receiver.id}.`,
			});
		const id = before?.id ?? randomUUID();
		if (receiver.type === 'email') return { type: 'email', id, to: receiver.to.map((address) => checkMailAddress(address, index)) };
		const kept = before && before.type !== 'email' ? before : undefined;
		const url = receiver.url ?? kept?.url;
		// An address that somebody else gave stays as far as theirs may lead.
		const own = receiver.url === undefined && kept ? kept.reach : reach;
		if (url === undefined) throw new RunsteadError('invalid-request', { what: `receivers[${index}] has no url.` });
		checkUrl(url, index);
		if (receiver.type === 'slack') return { type: 'slack', id, url, reach: own };
		const secret = before?.type === 'webhook' ? before.secret : `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
		return { type: 'webhook', id, url, reach: own, secret };
	});
}

/** @throws {RunsteadError} address-not-allowed where a webhook leads to what whoever gave it may not name. */
export async function checkReach(receivers: readonly KeptReceiver[]): Promise<void> {
	for (const receiver of receivers) if (receiver.type !== 'email') await checkOutbound(new URL(receiver.url).hostname, receiver.reach);
}

const NO_MAIL = 'no mail is sent: start the server with --smtp or RUNSTEAD_SMTP';

const SEALED = 'its receivers were sealed with another key: give them anew';

/** Of a group, null where they cannot be read. */
export function presentReceivers(
	receivers: readonly KeptReceiver[] | null,
	hasMail: boolean,
	known: readonly KeptReceiver[] | null,
): Pick<ActionGroup, 'receivers' | 'problem'> {
	return {
		receivers: (receivers ?? []).map((receiver) => presentReceiver(receiver, hasMail, known)),
		problem: receivers === null ? SEALED : null,
	};
}

/** As everybody may see it; with the secret of those that are new. */
function presentReceiver(
	receiver: KeptReceiver,
	hasMail: boolean,
	known: readonly KeptReceiver[] | null,
): ActionGroup['receivers'][number] {
	const { id, type } = receiver;
	const problem = type === 'email' && !hasMail ? NO_MAIL : null;
	const isNew = known !== null && !known.some((one) => one.id === id);
	return { id, type, address: addressOf(receiver), problem, ...(receiver.type === 'webhook' && isNew && { secret: receiver.secret }) };
}

/** The address of Slack's webhooks is itself the secret; that of others may have one in its query. */
export function addressOf(receiver: KeptReceiver): string {
	if (receiver.type === 'email') return receiver.to.join(', ');
	const { origin, pathname, search } = new URL(receiver.url);
	return receiver.type === 'slack' ? `${origin}/…` : `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

function checkUrl(text: string, index: number): void {
	const url = URL.parse(text);
	const reason =
		url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')
			? 'is not an address that begins with http:// or https://'
			: url.username !== '' || url.password !== ''
				? 'has a user name or password in it: deliveries are signed instead'
				: null;
	if (reason !== null) throw new RunsteadError('invalid-request', { what: `receivers[${index}].url ${reason}.` });
}

function checkMailAddress(address: string, index: number): string {
	if (!MAIL_ADDRESS.test(address))
		throw new RunsteadError('invalid-request', { what: `receivers[${index}]: ${JSON.stringify(address)} is not a mail address.` });
	return address;
}
