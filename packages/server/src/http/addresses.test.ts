import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createAddresses } from './addresses.ts';

const asked = (headers: IncomingMessage['headers'], isTls = false) =>
	({ headers, socket: isTls ? new TLSSocket(new Socket()) : new Socket() }) as IncomingMessage;

test('a request is answered with addresses that lead where it was sent', () => {
	const { own } = createAddresses(() => null, '/ml');
	expect(own(asked({ host: '127.0.0.1:8155' }))).toBe('http://127.0.0.1:8155/ml');
	expect(own(asked({ host: 'example.org' }, true))).toBe('https://example.org/ml');
	expect(own(asked({ host: 'example.org', 'x-forwarded-proto': 'https' }))).toBe('https://example.org/ml');
	expect(own(asked({ host: 'example.org', 'x-forwarded-proto': 'javascript' }))).toBe('http://example.org/ml');
});

test('the address over TLS is that of a proxy, or of the port that listens here', () => {
	const { best, secureOrNull } = createAddresses(() => 'https://127.0.0.1:8156', '');
	expect(best(asked({ host: '10.0.0.1:8155' }))).toBe('https://10.0.0.1:8156');
	expect(best(asked({ host: 'example.org', 'x-forwarded-proto': 'https' }))).toBe('https://example.org');
	expect(createAddresses(() => null, '').secureOrNull(asked({ host: 'example.org' }))).toBeNull();
	expect(secureOrNull(asked({ host: 'example.org' }, true))).toBe('https://example.org');
});
