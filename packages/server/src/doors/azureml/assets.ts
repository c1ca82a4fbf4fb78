/**
 * Assets: what Azure ML puts between a model and its files. Here an asset is nothing that is kept: its id says what it stands for, the
 * place of the files that a model is to be made of, or a version of a model.
 */
import { RunsteadError } from '@runstead/contract';

export type Asset =
	| { readonly origin: string; readonly container: string; readonly path: string }
	| { readonly model: string; readonly version: string };

const PREFIX = 'a-';

export function encodeAsset(asset: Asset): string {
	return PREFIX + Buffer.from(JSON.stringify(asset)).toString('base64url');
}

export function isAsset(id: string): boolean {
	return id.startsWith(PREFIX);
}

/** @throws {RunsteadError} not-found for what is no id of an asset. */
export function decodeAsset(id: string): Asset {
	const unknown = () => new RunsteadError('not-found', { noun: 'asset', given: id });
	if (!isAsset(id)) throw unknown();
	try {
		const asset = JSON.parse(Buffer.from(id.slice(PREFIX.length), 'base64url').toString()) as Record<string, unknown>;
		const text = (name: string): string => {
			const value = asset[name];
			if (typeof value !== 'string') throw unknown();
			return value;
		};
		if ('model' in asset) return { model: text('model'), version: text('version') };
		return { origin: text('origin'), container: text('container'), path: text('path') };
	} catch (error) {
		throw error instanceof RunsteadError ? error : unknown();
	}
}
