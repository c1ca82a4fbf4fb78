/** Requests as prepared bytes on bare sockets: they take little of the processor from the server that is measured. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** The request that logs a batch to a run. */
export function requestOf(url: string, run: string, body: string): Buffer {
	const { host } = new URL(url);
	const head = `POST /api/v1/runs/${run}/metrics HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
	return Buffer.from(head + body);
}

const HEAD_END = '\r\n\r\n';
/** A server that says nothing for so long is given up. */
const REPLY_MS_MAX = 120_000;
const RETRY_MS = 50;

/** The server closed the connection before it had sent a whole reply. */
class ConnectionClosed extends Error {
	override readonly name = 'ConnectionClosed';
}

/** One connection that is kept; where the server closes it, it is made anew. */
export class BareConnection {
	readonly #hostname: string;
	readonly #port: number;
	#socket: Socket | null = null;

	constructor(url: string) {
		const { hostname, port } = new URL(url);
		this.#hostname = hostname;
		this.#port = Number(port);
	}

	/**
	 * Sends a request and resolves with its whole reply. Where the server closes the connection before it has replied, as one does whose
	 * worker is replaced, the request is sent again over a new one. @throws {Error} when there is no reply in {@link REPLY_MS_MAX}.
	 */
	async ask(request: Buffer): Promise<string> {
		const deadlineMs = performance.now() + REPLY_MS_MAX;
		for (;;) {
			try {
				return await exchange(await this.#open(), request);
			} catch (error) {
				this.close();
				if (performance.now() > deadlineMs) throw error;
				await wait(RETRY_MS);
			}
		}
	}

	/** Connects ahead of the first request. */
	async connect(): Promise<void> {
		await this.#open();
	}

	close(): void {
		this.#socket?.destroy();
		this.#socket = null;
	}

	async #open(): Promise<Socket> {
		if (this.#socket && !this.#socket.destroyed) return this.#socket;
		const socket = connect({ host: this.#hostname, port: this.#port, noDelay: true });
		await once(socket, 'connect');
		// Whoever waits for a reply hears that it was closed.
		socket.on('error', () => undefined);
		socket.setTimeout(REPLY_MS_MAX, () => socket.destroy());
		this.#socket = socket;
		return socket;
	}
}

function exchange(socket: Socket, request: Buffer): Promise<string> {
	return new Promise((resolve, reject) => {
		let text = '';
		const stop = (): void => {
			socket.off('data', hear);
			socket.off('close', giveUp);
		};
		const giveUp = (): void => {
			stop();
			reject(new ConnectionClosed(`The server closed the connection after ${text.length} bytes of its reply:\n${text.slice(0, 1_000)}`));
		};
		const hear = (part: Buffer): void => {
			text += part.toString('latin1');
			const end = text.indexOf(HEAD_END);
			if (end < 0) return;
			const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
			if (text.length < end + HEAD_END.length + length) return;
			stop();
			if (/\r\nconnection: close\r\n/i.test(text.slice(0, end + 2))) socket.destroy();
			resolve(text);
		};
		socket.on('data', hear);
		socket.on('close', giveUp);
		socket.write(request);
	});
}
