/** Which Unix user is at the other end of a loopback connection, as Linux tells in /proc/net. */
import { readFileSync } from 'node:fs';
import { isIPv4, type Socket } from 'node:net';
import { endianness } from 'node:os';
import { setImmediate as endOfTurn, setTimeout as wait } from 'node:timers/promises';

/** Reading the tables may take a fifth of the time, however many connect: with thousands of connections one reading takes ten milliseconds. */
const PAUSES_PER_READING = 4;

/**
 * User id that owns the peer's end of a connection on this machine; null where the system does not tell
 * (not Linux) or the connection is gone. Format: proc_pid_net(5), "tcp".
 */
export async function peerUserIdOrNull(socket: Socket): Promise<number | null> {
	const { remoteAddress, remotePort, localAddress, localPort } = socket;
	if (process.platform !== 'linux' || !remoteAddress || !remotePort || !localAddress || !localPort) return null;
	const mapped = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);
	const from = mapped(remoteAddress);
	const to = mapped(localAddress);
	// A client may hold an IPv6 socket while it talks IPv4.
	const forms = isIPv4(from)
		? ([
				['tcp', hexOfIpv4(from), hexOfIpv4(to)],
				['tcp6', hexOfMappedIpv4(from), hexOfMappedIpv4(to)],
			] as const)
		: ([['tcp6', hexOfIpv6(from), hexOfIpv6(to)]] as const);
	const tables = await nextReading();
	for (const [name, client, server] of forms) {
		const userId = userIdIn(tables[name](), `${client}:${hexOfPort(remotePort)}`, `${server}:${hexOfPort(localPort)}`);
		if (userId !== null) return userId;
	}
	return null;
}

type Tables = Readonly<Record<'tcp' | 'tcp6', () => string>>;

let waiting: Promise<Tables> | null = null;
let nextMs = 0;

/** The tables as they are once it is their turn; whoever waits until then shares them. */
function nextReading(): Promise<Tables> {
	const pauseMs = nextMs - performance.now();
	waiting ??= (pauseMs > 0 ? wait(pauseMs) : endOfTurn()).then(() => {
		// Whoever comes from here on may not be in them.
		waiting = null;
		return { tcp: once('tcp'), tcp6: once('tcp6') };
	});
	return waiting;
}

/** A table, read when the first looks into it. */
function once(name: string): () => string {
	let table: string | null = null;
	return () => {
		if (table === null) {
			const startMs = performance.now();
			table = readTable(name);
			const endMs = performance.now();
			nextMs = Math.max(nextMs, endMs) + PAUSES_PER_READING * (endMs - startMs);
		}
		return table;
	};
}

function readTable(name: string): string {
	try {
		return readFileSync(`/proc/net/${name}`, 'latin1');
	} catch {
		return '';
	}
}

function userIdIn(table: string, client: string, server: string): number | null {
	const at = table.indexOf(`: ${client} ${server} `);
	if (at < 0) return null;
	// After the slot: local and remote address, state, queues, timer, retransmits, user.
	const fields = table
		.slice(at + 2, table.indexOf('\n', at))
		.trim()
		.split(/\s+/);
	return Number(fields[6]);
}

function hexOfPort(port: number): string {
	return port.toString(16).toUpperCase().padStart(4, '0');
}

function hexOfBytes(bytes: readonly number[]): string {
	return bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}

/** The kernel prints addresses as words in the machine's byte order. */
function hexOfWords(bytes: readonly number[]): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += 4) {
		const word = bytes.slice(at, at + 4);
		text += hexOfBytes(endianness() === 'LE' ? word.reverse() : word);
	}
	return text;
}

function hexOfIpv4(address: string): string {
	return hexOfWords(address.split('.').map(Number));
}

function hexOfMappedIpv4(address: string): string {
	return hexOfWords([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...address.split('.').map(Number)]);
}

function hexOfIpv6(address: string): string {
	const [head = '', tail = ''] = address.split('::');
	const parse = (part: string): number[] =>
		part === '' ? [] : part.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
	const first = parse(head);
	const last = parse(tail);
	return hexOfWords([...first, ...new Array<number>(16 - first.length - last.length).fill(0), ...last]);
}
