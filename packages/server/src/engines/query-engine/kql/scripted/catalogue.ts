/** All functions in JavaScript, by the names that SQL has for them, and how DuckDB comes to know them. */
import {
	BIGINT,
	BOOLEAN,
	DOUBLE,
	type DuckDBConnection,
	DuckDBScalarFunction,
	type DuckDBType,
	type DuckDBVector,
	VARCHAR,
} from '@duckdb/node-api';
import type { ScriptedFunction, ScriptedType } from './scripted-function.ts';
import { SCRIPTED_SERIES } from './scripted-series.ts';
import { SCRIPTED_TEXTS } from './scripted-texts.ts';

const FUNCTIONS: Readonly<Record<string, ScriptedFunction>> = { ...SCRIPTED_TEXTS, ...SCRIPTED_SERIES };
const TYPES: Readonly<Record<ScriptedType, DuckDBType>> = { VARCHAR, BIGINT, DOUBLE, BOOLEAN };

/** For all connections of its instance. */
export function registerScripted(connection: DuckDBConnection): void {
	for (const [name, { parameters, returns, call }] of Object.entries(FUNCTIONS))
		connection.registerScalarFunction(
			DuckDBScalarFunction.create({
				name,
				parameterTypes: parameters.map((type) => TYPES[type]),
				returnType: TYPES[returns],
				// Otherwise DuckDB makes null of every call with a null in it.
				specialHandling: true,
				mainFunction: (_, input, output) => {
					const columns: DuckDBVector[] = parameters.map((_type, index) => input.getColumnVector(index));
					for (let row = 0; row < input.rowCount; row++) {
						const args = columns.map((column) => column.getItem(row));
						output.setItem(row, args[0] === null ? null : call(...(args as never[])));
					}
					output.flush();
				},
			}),
		);
}
