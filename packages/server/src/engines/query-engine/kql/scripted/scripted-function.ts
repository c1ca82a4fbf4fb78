/** A function of Kusto that SQL has no words for, in JavaScript: DuckDB calls it for rows in bulk. */

/** As DuckDB calls them. */
export type ScriptedType = 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN';

interface ScriptedValues {
	readonly VARCHAR: string;
	readonly BIGINT: bigint;
	readonly DOUBLE: number;
	readonly BOOLEAN: boolean;
}

type ScriptedArguments<Types extends readonly ScriptedType[]> = {
	readonly [Index in keyof Types]: ScriptedValues[Types[Index]] | (Index extends '0' ? never : null);
};

export interface ScriptedFunction {
	readonly parameters: readonly ScriptedType[];
	readonly returns: ScriptedType;
	/** Is not called where the first argument is null; that gives null. What it throws ends the query, with its message. */
	readonly call: (...args: never[]) => string | bigint | number | boolean | null;
}

export function scripted<const Types extends readonly ScriptedType[], Result extends ScriptedType>(
	parameters: Types,
	returns: Result,
	call: (...args: ScriptedArguments<Types>) => ScriptedValues[Result] | null,
): ScriptedFunction {
	return { parameters, returns, call: call as ScriptedFunction['call'] };
}
