/**
 * The one rule about addresses that people give and the server connects to (webhooks, mail servers, destinations of diagnostic settings):
 * whoever administers the server may name internal networks; anybody else public addresses only; nobody what answers for a cloud's
 * machine itself (link-local), nor what is no host at all.
 */
import { lookup as lookupWithCallback } from 'node:dns';
import { lookup as lookupName } from 'node:dns/promises';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import { RunsteadError } from '@runstead/contract';

/** Who gave the address decides how far it may lead. */
export type Reach = 'internal' | 'public';

const never = new BlockList();
never.addSubnet('0.0.0.0', 8);
never.addSubnet('169.254.0.0', 16);
never.addSubnet('224.0.0.0', 3);
never.addAddress('::', 'ipv6');
never.addSubnet('fe80::', 10, 'ipv6');
// Amazon's metadata service.
never.addAddress('fd00:ec2::254', 'ipv6');
never.addSubnet('ff00::', 8, 'ipv6');

const internal = new BlockList();
for (const [network, prefix] of [
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['172.16.0.0', 12],
	['192.168.0.0', 16],
] as const)
	internal.addSubnet(network, prefix);
internal.addAddress('::1', 'ipv6');
internal.addSubnet('fc00::', 7, 'ipv6');

/** What stands between the server and an IP address, in words; null: nothing. */
function refusalOrNull(address: string, reach: Reach): string | null {
	const plain = address.startsWith('::ffff:') && isIP(address.slice(7)) ? address.slice(7) : address;
	const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
	if (never.check(plain, family)) return 'it is a link-local, multicast or unspecified address';
	if (reach === 'public' && internal.check(plain, family)) return 'it lies in an internal network';
	return null;
}

/** Resolves a host, and looks at every address that it has. Ask before each connection: names may lead elsewhere later. @throws {RunsteadError} address-not-allowed. */
export async function checkOutbound(host: string, reach: Reach): Promise<void> {
	const name = host.replace(/^\[|\]$/g, '');
	// A name that leads nowhere is what the connection itself will say.
	const found = isIP(name) ? [{ address: name }] : await lookupName(name, { all: true }).catch(() => []);
	for (const { address } of found) {
		const reason = refusalOrNull(address, reach);
		if (reason !== null)
			throw new RunsteadError('address-not-allowed', { address: address === name ? name : `${name} (${address})`, reason });
	}
}

/**
 * Resolves names for `node:http` as {@link checkOutbound} does, so that the address that was looked at is the one that is connected to.
 * Not called for a host that is an address itself.
 */
export function outboundLookup(reach: Reach): LookupFunction {
	return (host, options, callback) => {
		lookupWithCallback(host, { ...options, all: true }, (error, found) => {
			if (error) return callback(error, '', 0);
			for (const { address } of found) {
				const reason = refusalOrNull(address, reach);
				if (reason !== null) return callback(new RunsteadError('address-not-allowed', { address: `${host} (${address})`, reason }), '', 0);
			}
			if (options.all) return callback(null, found);
			callback(null, found[0]?.address ?? '', found[0]?.family ?? 0);
		});
	};
}
