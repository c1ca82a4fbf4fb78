/** Sends a webhook, to an address that was looked at, without following where it leads; and signs it. */
import { createHmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { RunsteadError } from '@runstead/contract';
import type { SendOutcome } from './delivery-attempt.ts';
import { checkOutbound, outboundLookup, type Reach } from './outbound-address.ts';

const TIMEOUT_MS = 10_000;
/** Told to go away for good, or that the request is wrong: another try would be no better. */
const isFinal = (status: number): boolean => status >= 300 && status < 500 && status !== 408 && status !== 425 && status !== 429;

/**
 * The signature of a body, as Standard Webhooks and MLflow have it.
 * @example signature('sesame', 'msg_1', 1700000000, '{}') gives 'v1,…'
 */
export function signature(key: string | Buffer, id: string, timestampSeconds: number, body: string): string {
	return `v1,${createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`;
}

/** The key that a secret of Standard Webhooks (`whsec_…`) stands for. */
export function keyOfSecret(secret: string): Buffer {
	return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

export interface WebhookOptions {
	readonly url: string;
	readonly body: string;
	readonly headers: Readonly<Record<string, string>>;
	/** How far whoever gave the address may lead the server. */
	readonly reach: Reach;
}

/** Never throws. What the other side answers is not kept but for its status, so that a webhook is no way to read anything. */
export async function sendWebhook({ url, body, headers, reach }: WebhookOptions): Promise<SendOutcome> {
	const target = new URL(url);
	const host = target.hostname.replace(/^\[|\]$/g, '');
	const refusal =
		isIP(host) === 0
			? null
			: await checkOutbound(host, reach).then(
					() => null,
					(error: Error) => error.message,
				);
	if (refusal !== null) return { statusCode: null, error: refusal, isFinal: true };
	return new Promise((resolve) => {
		const fail = (error: Error): void =>
			resolve({ statusCode: null, error: error.message || String(error), isFinal: error instanceof RunsteadError });
		const sent = (target.protocol === 'https:' ? requestHttps : requestHttp)(
			target,
			{
				method: 'POST',
				// The address that was looked at is the one that is connected to.
				lookup: outboundLookup(reach),
				agent: false,
				signal: AbortSignal.timeout(TIMEOUT_MS),
				headers: {
					'content-type': 'application/json; charset=utf-8',
					'content-length': String(Buffer.byteLength(body)),
					'user-agent': 'Runstead',
					...headers,
				},
			},
			(reply) => {
				const statusCode = reply.statusCode ?? 0;
				reply.destroy();
				const isTaken = statusCode >= 200 && statusCode < 300;
				resolve({ statusCode, error: isTaken ? null : `It answered ${statusCode}.`, isFinal: isFinal(statusCode) });
			},
		);
		sent.on('error', (error) =>
			fail(error.name === 'TimeoutError' ? new Error(`It did not answer within ${TIMEOUT_MS / 1000} s.`) : error),
		);
		sent.end(body);
	});
}
