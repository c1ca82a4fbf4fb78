/** The user at the other end of a connection, as the kernel tells. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { peerUserIdOrNull } from './peer-user.ts';

/** What the server's end of a connection tells of its peer. */
async function userSeenBy(host: string, to = host): Promise<number | null> {
	const server = createServer();
	server.listen(0, host);
	await once(server, 'listening');
	const accepted = once(server, 'connection') as Promise<[Socket]>;
	const client = connect((server.address() as AddressInfo).port, to);
	const [socket] = await accepted;
	try {
		return await peerUserIdOrNull(socket);
	} finally {
		client.destroy();
		socket.destroy();
		server.close();
	}
}

/** A user whom no field of the kernel's table holds by chance; only root can become one. */
const OTHER_USER = 54_321;

it.runIf(process.platform === 'linux')('is this user, for IPv4 and where an IPv6 socket talks IPv4', async () => {
	expect(await userSeenBy('127.0.0.1')).toBe(process.getuid?.());
	expect(await userSeenBy('::', '127.0.0.1')).toBe(process.getuid?.());
});

it.runIf(process.platform === 'linux' && process.getuid?.() === 0)('is another user when it is another', async () => {
	process.seteuid?.(OTHER_USER);
	try {
		expect(await userSeenBy('127.0.0.1')).toBe(OTHER_USER);
	} finally {
		process.seteuid?.(0);
	}
});
