/** Functions of texts: what stands for characters in addresses, and hashes of values as Kusto lays them out in bytes. */
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { type ScriptedFunction, scripted } from './scripted-function.ts';
import { xxhash64 } from './xxhash64.ts';

/** Characters that are written as bytes; those that are no UTF-8 are shown as that, and what is no byte stays. */
const decoded = (text: string): string =>
	text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));

const bytesOfInteger = (value: bigint, sizeBytes: number): Buffer => {
	const bytes = Buffer.alloc(8);
	bytes.writeBigInt64LE(value);
	return bytes.subarray(0, sizeBytes);
};

function bytesOfReal(value: number): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeDoubleLE(value);
	return bytes;
}

/** What is larger is not made out of a compressed text. */
const DECOMPRESSED_BYTES_MAX = 16 * 1_048_576;

/** Null: it is not compressed in this way, or too large. */
function decompressed(text: string, kind: string | null): string | null {
	try {
		const bytes = Buffer.from(text, 'base64');
		const limits = { maxOutputLength: DECOMPRESSED_BYTES_MAX };
		return (kind === 'gzip' ? gunzipSync(bytes, limits) : inflateSync(bytes, limits)).toString('utf8');
	} catch {
		return null;
	}
}

export const SCRIPTED_TEXTS: Readonly<Record<string, ScriptedFunction>> = {
	kql_url_decode: scripted(['VARCHAR'], 'VARCHAR', decoded),
	kql_compress: scripted(['VARCHAR', 'VARCHAR'], 'VARCHAR', (text, kind) =>
		(kind === 'gzip' ? gzipSync(text) : deflateSync(text)).toString('base64'),
	),
	kql_decompress: scripted(['VARCHAR', 'VARCHAR'], 'VARCHAR', decompressed),
	kql_hash_text: scripted(['VARCHAR'], 'BIGINT', (text) => xxhash64(Buffer.from(text))),
	kql_hash_integer: scripted(['BIGINT', 'BIGINT'], 'BIGINT', (value, size) => xxhash64(bytesOfInteger(value, Number(size ?? 8n)))),
	kql_hash_real: scripted(['DOUBLE'], 'BIGINT', (value) => xxhash64(bytesOfReal(value))),
};
