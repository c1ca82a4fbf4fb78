/** The `.show` commands that tools look around with. Nothing can be changed by a command. */
import { LOG_TABLES, RunsteadError } from '@runstead/contract';
import { VERSION } from '../../version.ts';

interface Shown {
	/** Of the databases that may be seen. */
	readonly databases: readonly string[];
	readonly database: string;
}

interface Answer {
	readonly Tables: readonly {
		readonly TableName: string;
		readonly Columns: readonly { readonly ColumnName: string; readonly DataType: string; readonly ColumnType: string }[];
		readonly Rows: readonly (readonly unknown[])[];
	}[];
}

const DOTNET_TYPES: Readonly<Record<string, string>> = {
	bool: 'SByte',
	int: 'Int32',
	long: 'Int64',
	real: 'Double',
	decimal: 'SqlDecimal',
	string: 'String',
	datetime: 'DateTime',
	timespan: 'TimeSpan',
	guid: 'Guid',
	dynamic: 'Object',
};

export const dotnetType = (type: string): string => DOTNET_TYPES[type] ?? 'Object';

const table = (names: readonly string[], rows: readonly (readonly unknown[])[]): Answer => ({
	Tables: [
		{ TableName: 'Table_0', Columns: names.map((name) => ({ ColumnName: name, DataType: 'String', ColumnType: 'string' })), Rows: rows },
	],
});

const columnsOf = (name: string) => {
	const found = [...LOG_TABLES.values()].find((one) => one.name === name);
	if (!found) throw new RunsteadError('not-found', { noun: 'table', given: name });
	return found.columns;
};

const schemaOf = (database: string) => ({
	Name: database,
	Tables: Object.fromEntries(
		[...LOG_TABLES.values()].map(({ name, description, columns }) => [
			name,
			{
				Name: name,
				Folder: '',
				DocString: description,
				OrderedColumns: columns.map((column) => ({ Name: column.name, Type: `System.${dotnetType(column.type)}`, CslType: column.type })),
			},
		]),
	),
	ExternalTables: {},
	MaterializedViews: {},
	Functions: {},
});

const COMMANDS: readonly [RegExp, (match: RegExpExecArray, shown: Shown) => Answer][] = [
	[
		/^\.show\s+version\s*$/i,
		() => table(['BuildVersion', 'BuildTime', 'ServiceType', 'ProductVersion'], [[VERSION, '', 'Engine', `Runstead ${VERSION}`]]),
	],
	[
		/^\.show\s+databases(\s+details)?\s*$/i,
		(_, { databases }) =>
			table(
				['DatabaseName', 'PrettyName'],
				databases.map((name) => [name, name]),
			),
	],
	[
		/^\.show\s+databases?\s+(?:\S+\s+)?schema\s+as\s+json\s*$/i,
		(_, { databases }) =>
			table(['DatabaseSchema'], [[JSON.stringify({ Databases: Object.fromEntries(databases.map((name) => [name, schemaOf(name)])) })]]),
	],
	[
		/^\.show\s+tables(\s+details)?\s*$/i,
		(_, { database }) =>
			table(
				['TableName', 'DatabaseName', 'Folder', 'DocString'],
				[...LOG_TABLES.values()].map(({ name, description }) => [name, database, '', description]),
			),
	],
	[
		/^\.show\s+table\s+(\w+)\s+(?:cslschema|schema\s+as\s+csl)\s*$/i,
		([, name = ''], { database }) =>
			table(
				['TableName', 'Schema', 'DatabaseName', 'Folder', 'DocString'],
				[
					[
						name,
						columnsOf(name)
							.map((column) => `${column.name}:${column.type}`)
							.join(','),
						database,
						'',
						'',
					],
				],
			),
	],
	[
		/^\.show\s+table\s+(\w+)\s+schema(?:\s+as\s+json)?\s*$/i,
		([, name = ''], { database }) => {
			const columns = columnsOf(name).map((column) => ({
				Name: column.name,
				Type: `System.${dotnetType(column.type)}`,
				CslType: column.type,
			}));
			return table(
				['TableName', 'Schema', 'DatabaseName', 'Folder', 'DocString'],
				[[name, JSON.stringify({ Name: name, OrderedColumns: columns }), database, '', '']],
			);
		},
	],
];

/** @throws {RunsteadError} invalid-request for every other command. */
export function answerCommand(text: string, shown: Shown): Answer {
	for (const [pattern, answer] of COMMANDS) {
		const match = pattern.exec(text.trim());
		if (match) return answer(match, shown);
	}
	throw new RunsteadError('invalid-request', {
		what: `The command ${JSON.stringify(text.trim().slice(0, 100))} is not supported; there is .show version, databases, tables, table NAME cslschema, database schema as json.`,
	});
}
