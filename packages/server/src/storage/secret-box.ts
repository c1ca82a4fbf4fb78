/** Secrets that the server must be able to read again (connection strings, keys), sealed before they go to the database: its backups and readers see none. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { RunsteadError } from '@runstead/contract';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SecretBox {
	seal(text: string): string;
	/** @throws {RunsteadError} secret-unreadable when it was sealed with another key: the data folder is not the one of before. */
	open(sealed: string): string;
	/** Null: it was sealed with another key. What is shown and replaced need not be read. */
	openOrNull(sealed: string): string | null;
}

/** The key is in a file for its owner alone, and made where there is none. */
export function createSecretBox(keyFile: string): SecretBox {
	if (!existsSync(keyFile)) writeFileSync(keyFile, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600, flag: 'wx' });
	const key = Buffer.from(readFileSync(keyFile, 'utf8'), 'base64');
	const openOrNull = (sealed: string): string | null => {
		try {
			return box.open(sealed);
		} catch {
			return null;
		}
	};
	const box: SecretBox = {
		openOrNull,
		seal(text) {
			const nonce = randomBytes(NONCE_BYTES);
			const cipher = createCipheriv(ALGORITHM, key, nonce);
			const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
			return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
		},
		open(sealed) {
			try {
				const bytes = Buffer.from(sealed, 'base64');
				const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
				decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
				return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
			} catch (error) {
				throw new RunsteadError('secret-unreadable', { file: keyFile }, { cause: error });
			}
		},
	};
	return box;
}
