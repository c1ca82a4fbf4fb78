/** What a migration is: numbered statements, spelled for the engine that they run on. */

/** How each engine spells a column type. */
export interface ColumnTypes {
	/** An integer primary key that the database gives out. */
	readonly id: string;
	readonly integer: string;
	readonly text: string;
	readonly real: string;
	readonly bytes: string;
}

export interface Migration {
	readonly number: number;
	readonly name: string;
	readonly statements: (types: ColumnTypes) => string[];
}
