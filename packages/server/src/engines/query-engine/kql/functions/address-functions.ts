/** Functions of IPv4 addresses, which are texts: `192.168.1.1`, or with the bits of their network, `192.168.1.1/24`. */
import { convert, isNumber, quoteText, type Scalar } from '../values.ts';
import { made, returns, type ScalarFunction } from './scalar-function.ts';

const masked = (address: string, bits: string): string => `kql_ipv4_masked(kql_ipv4(${address}), ${bits})`;

/** Below, at or above 0 as the first address is below, at or above the second, of which the bits count that both of them have. */
const difference = (a: string, b: string, bits = '32'): string => {
	const common = `least(kql_ipv4_bits(${a}), kql_ipv4_bits(${b}), ${bits})`;
	return `(${masked(a, common)} - ${masked(b, common)})`;
};

const inRange = (address: string, range: string): string => `(${difference(address, range, `kql_ipv4_bits(${range})`)} = 0)`;

/** Whether something holds for one of the last arguments, each of which may be an array of texts. */
const forAny = (holds: (text: string, one: string) => string): ScalarFunction =>
	made(['string', 'any*'], ({ args: [text, ...others] }) => {
		const parts = others.map(({ sql, type }) =>
			type === 'dynamic'
				? `list_bool_or(list_transform(kql_list(${sql}), lambda e: ${holds(text?.sql ?? '', 'kql_dynamic_text(e)')}))`
				: holds(text?.sql ?? '', sql),
		);
		return { sql: `(${parts.join(' OR ')})`, type: 'bool' };
	});

const hasAddress = (text: string, address: string): string =>
	`(kql_ipv4(${address}) IS NOT NULL AND list_contains(kql_ipv4_addresses(${text}), ${address}))`;

/** A prefix is a whole address, or ends with a dot. */
const hasPrefix = (text: string, prefix: string): string =>
	`(CASE WHEN regexp_full_match(${prefix}, ${quoteText('([0-9]{1,3}\\.){1,3}')})
		THEN len(list_filter(kql_ipv4_addresses(${text}), lambda a: starts_with(a, ${prefix}))) > 0 ELSE ${hasAddress(text, prefix)} END)`;

/** A text, or the number that one stands for, with the bits that count. */
function numberAndBits({ sql, type }: Scalar, given: Scalar | undefined): { number: string; bits: string } {
	const isNumeric = isNumber(type);
	const text = isNumeric ? '' : convert({ sql, type }, 'string').sql;
	const [number, own] = isNumeric ? [convert({ sql, type }, 'long').sql, '32'] : [`kql_ipv4(${text})`, `kql_ipv4_bits(${text})`];
	// A number of bits that is none makes the whole wrong; the least of it and those of the text would not.
	const bits = given ? `(CASE WHEN ${given.sql} BETWEEN 0 AND 32 THEN least(${own}, ${given.sql}) END)` : own;
	return { number: `kql_ipv4_masked(${number}, ${bits})`, bits };
}

const formatted = (withBits: boolean): ScalarFunction =>
	made(['any', 'long?'], ({ args: [address, given] }) => {
		const { number, bits } = numberAndBits(address as Scalar, given);
		return { sql: `coalesce(kql_ipv4_text(${number})${withBits ? ` || '/' || ${bits}` : ''}, '')`, type: 'string' };
	});

/** Networks that are for private use: RFC 1918. */
const PRIVATE_NETWORKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

export const ADDRESS_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	parse_ipv4: returns('long', ['string'], (address) => masked(address, `kql_ipv4_bits(${address})`)),
	parse_ipv4_mask: made(['string', 'long'], ({ args: [address, bits] }) => ({
		sql: numberAndBits(address as Scalar, bits).number,
		type: 'long',
	})),
	format_ipv4: formatted(false),
	format_ipv4_mask: formatted(true),
	ipv4_compare: returns('long', ['string', 'string', 'long?'], (a, b, bits) => `CAST(sign(${difference(a, b, bits)}) AS BIGINT)`),
	ipv4_is_match: returns('bool', ['string', 'string', 'long?'], (a, b, bits) => `(${difference(a, b, bits)} = 0)`),
	ipv4_is_in_range: returns('bool', ['string', 'string'], inRange),
	ipv4_is_in_any_range: forAny(inRange),
	ipv4_is_private: returns(
		'bool',
		['string'],
		(address) => `(${PRIVATE_NETWORKS.map((network) => inRange(address, quoteText(network))).join(' OR ')})`,
	),
	ipv4_netmask_suffix: returns(
		'long',
		['string'],
		(address) => `(CASE WHEN kql_ipv4(${address}) IS NOT NULL THEN kql_ipv4_bits(${address}) END)`,
	),
	has_ipv4: returns('bool', ['string', 'string'], hasAddress),
	has_any_ipv4: forAny(hasAddress),
	has_ipv4_prefix: returns('bool', ['string', 'string'], hasPrefix),
	has_any_ipv4_prefix: forAny(hasPrefix),
};
