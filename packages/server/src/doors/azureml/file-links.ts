/** Addresses of files that clients fetch or write with nothing but the address. */
import type { IncomingMessage } from 'node:http';
import { RunsteadError } from '@runstead/contract';
import type { AccessService, FilePlace } from '../../capabilities/access/service.ts';
import type { Addresses } from '../../http/addresses.ts';

/** The first segment of such addresses. */
export const STORE = 'run-files';
/**
 * Clients take the address of a file apart at its dots and connect to `{account}.blob.{rest}`. With this as the user name before the
 * host, that is an address of the host itself, which needs no name service.
 */
export const BLOB_ACCOUNT = 'aml';
export const BLOB_HOST_USER = 'x';
const BLOB_USER = `${BLOB_ACCOUNT}.blob.${BLOB_HOST_USER}`;
/** Addresses of Azure's blob store hold this; some clients know it by that. */
export const BLOB_MARK = 'a.blob.core.windows.net';
/** As long as a large upload takes. */
const LINK_SECONDS = 86_400;

export interface FileLinks {
	/** For any client that speaks HTTP. */
	read(request: IncomingMessage, place: FilePlace, actor: string): Promise<string>;
	/** For clients of a blob store, which speak TLS alone. @throws {RunsteadError} tls-off. */
	write(request: IncomingMessage, place: FilePlace, actor: string): Promise<string>;
	/** For clients that tell the address of a blob store by its look, to read or to write. @throws {RunsteadError} tls-off. */
	blob(request: IncomingMessage, place: FilePlace, mayWrite: boolean, actor: string): Promise<string>;
}

/**
 * A path as it stands in an address. The link says which file is meant: clients escape a path that is escaped once more, so that
 * nothing stands here that would need it.
 */
export function shownPath(path: string): string {
	return path.replace(/[^A-Za-z0-9._/-]/g, '_');
}

/** Whose file it is, as it stands in an address. */
export function holderOf(place: FilePlace): string {
	return 'run' in place ? encodeURIComponent(place.run) : place.fileSet;
}

export function createFileLinks(access: AccessService, addresses: Addresses): FileLinks {
	const locate = async (base: string, place: FilePlace, mayWrite: boolean, actor: string): Promise<string> => {
		const link = await access.makeFileLink({ place, mayWrite, actor }, LINK_SECONDS);
		return `${base}/${STORE}/${holderOf(place)}/${shownPath(place.path)}?sig=${link}`;
	};
	const overTls = (request: IncomingMessage): string => {
		const secure = addresses.secureOrNull(request);
		if (secure === null) throw new RunsteadError('tls-off', {});
		return secure.replace('://', `://${BLOB_USER}@`);
	};
	return {
		read: (request, place, actor) => locate(addresses.own(request), place, false, actor),
		write: async (request, place, actor) => locate(overTls(request), place, true, actor),
		blob: async (request, place, mayWrite, actor) => locate(`${overTls(request)}/${BLOB_MARK}`, place, mayWrite, actor),
	};
}
