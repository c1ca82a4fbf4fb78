/** An action group while it is written: its receivers as text, and what they are to the server. */
import { type ActionGroup, type ActionReceiver, LIMITS, type ReceiverType } from '@runstead/contract';

export interface ReceiverDraft {
	/** Tells the rows of the form apart. */
	readonly key: string;
	readonly type: ReceiverType;
	readonly address: string;
	/** As the server has it; null: it is new. */
	readonly kept: { readonly id: string; readonly type: ReceiverType; readonly address: string } | null;
}

export interface GroupDraft {
	readonly name: string;
	readonly receivers: readonly ReceiverDraft[];
}

/** Stands in an address that is shown for what may be secret in it. */
const HIDDEN = '…';

export const newReceiver = (type: ReceiverType = 'webhook'): ReceiverDraft => ({ key: crypto.randomUUID(), type, address: '', kept: null });

export function draftOf(group: ActionGroup | null): GroupDraft {
	if (group === null) return { name: '', receivers: [newReceiver()] };
	return {
		name: group.name,
		receivers: group.receivers.map(({ id, type, address }) => ({ key: id, type, address, kept: { id, type, address } })),
	};
}

/** The receiver that the server has is the one of this row, so that it can be tested. */
export function isKept({ kept, type, address }: ReceiverDraft): boolean {
	return kept !== null && kept.type === type && kept.address === address;
}

const addressesIn = (text: string): string[] => text.split(/[\s,;]+/).filter((one) => one !== '');

/** What was not changed keeps its address, of which only a part may be known here. */
export function receiverOf(draft: ReceiverDraft): ActionReceiver {
	const { type, address, kept } = draft;
	const own = kept?.type === type ? { id: kept.id } : {};
	if (type === 'email') return { type, ...own, to: addressesIn(address) };
	return isKept(draft) ? { type, ...own } : { type, ...own, url: address.trim() };
}

/** Why the group cannot be saved as it is; null: it can be. */
export function problemOf({ name, receivers }: GroupDraft): string | null {
	if (name.trim() === '') return 'A group needs a name.';
	if (receivers.length === 0) return 'A group needs a receiver.';
	if (receivers.some(({ address }) => address.trim() === '')) return 'Each receiver needs an address.';
	if (receivers.some((one) => !isKept(one) && one.address.includes(HIDDEN)))
		return `Give an address that you change as a whole: what stands in place of ${HIDDEN} is not shown.`;
	return null;
}

export function canHaveMore({ receivers }: GroupDraft): boolean {
	return receivers.length < LIMITS.receiversPerGroup.max;
}
