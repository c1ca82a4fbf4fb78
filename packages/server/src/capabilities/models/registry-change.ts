/** What happens in the registry, for who is to be told. */
import type { UnitOfWork } from '../../storage/unit-of-work.ts';

type Tags = Readonly<Record<string, string>>;

export type RegistryChange = { readonly name: string } & (
	| { readonly what: 'model'; readonly tags: Tags; readonly description: string | null }
	| {
			readonly what: 'version';
			readonly version: number;
			readonly source: string;
			readonly runId: string | null;
			readonly tags: Tags;
			readonly description: string | null;
	  }
	/** Of a version, or (null) of the model itself; a value of null is a tag that was taken away. */
	| { readonly what: 'tag'; readonly version: number | null; readonly key: string; readonly value: string | null }
	/** What the alias stands for now; null: nothing any more. */
	| { readonly what: 'alias'; readonly alias: string; readonly version: number | null }
);

/** Told in the transaction of the changes, once they are written. */
export type OnRegistryChange = (
	unit: UnitOfWork,
	workspaceKey: number,
	modelKey: number,
	changes: readonly RegistryChange[],
) => Promise<void>;
