/** What a definition of a dataset says, as far as anybody but its client's own engine has to know it. */
import { RunsteadError } from '@runstead/contract';
import { type Fields, objectOf, textOf } from './fields.ts';

/** A place of a datastore, as the engine names it. */
const DATASTORE_URI =
	/^azureml:\/\/(?:subscriptions\/[^/]+\/resourcegroups\/[^/]+\/workspaces\/[^/]+\/)?datastores\/([^/]+)\/paths\/(.*)$/is;
/** Everything below a folder. */
const ALL_BELOW = /(?:^|\/)\*\*(?:\/\*)?$/;
const WILDCARD = /[*?[\]{}]/;

export interface DatasetPlace {
	readonly datastore: string;
	/** A file or a folder; '' is the whole datastore. */
	readonly path: string;
}

/** The definition as the engine reads it. @throws {RunsteadError} invalid-request for one of a client that has another engine. */
export function engineDataflowOf(dataflow: string): string {
	let meta: Fields;
	try {
		meta = objectOf(objectOf(JSON.parse(dataflow), 'dataflow').meta ?? {}, 'dataflow.meta');
	} catch (error) {
		if (error instanceof RunsteadError) throw error;
		throw new RunsteadError('invalid-request', { what: 'The dataflow is not JSON.' }, { cause: error });
	}
	const found = textOf(meta, 'RsDataflow');
	if (found === undefined)
		throw new RunsteadError('invalid-request', {
			what: 'The dataflow has no meta.RsDataflow. Define the dataset with azureml-dataprep 5 or newer.',
		});
	return found;
}

/** Where the files of a dataset lie. @throws {RunsteadError} invalid-request where a node cannot bring it, which says what can be done. */
export function placeOfDataset(dataflow: string, input: string): DatasetPlace {
	const refuse = (why: string): RunsteadError =>
		new RunsteadError('invalid-request', {
			what: `The dataset of input ${input} cannot be mounted or downloaded: ${why}. Take one file or one folder of a datastore, or pass it without as_mount and as_download and read it in the script.`,
		});
	const definition = engineDataflowOf(dataflow);
	if (linesUnder(definition, 'transformations').some((line) => !/^\s*- add_columns\b/.test(line)))
		throw refuse('it filters or changes what it names');
	const paths = linesUnder(definition, 'paths');
	if (paths.length !== 1) throw refuse(`it names ${paths.length} paths`);
	const uri = uriOf(paths[0] as string);
	const [, datastore, below = ''] = DATASTORE_URI.exec(uri) ?? [];
	if (datastore === undefined) throw refuse(`${uri} is not in a datastore of this workspace`);
	const place = decoded(below).replace(ALL_BELOW, '').replace(/\/+$/, '');
	if (WILDCARD.test(place)) throw refuse(`${below} is a pattern`);
	return { datastore, path: place };
}

/** What stands under a word of the document: the engine writes one line for each path, and none where it does nothing more. */
function linesUnder(definition: string, word: string): string[] {
	const lines = definition.split(/\r?\n/);
	const begin = lines.indexOf(`${word}:`);
	if (begin === -1) return [];
	const end = lines.findIndex((line, index) => index > begin && /^[a-z]/i.test(line));
	return lines.slice(begin + 1, end === -1 ? lines.length : end).filter((line) => line.trim() !== '');
}

/** Of a line such as `  - pattern: "azureml://…"`; the line itself where it is none. */
function uriOf(line: string): string {
	const given = /^\s*- (?:pattern|file|folder):\s*(.+?)\s*$/.exec(line)?.[1] ?? line.trim();
	if (/^'.*'$/.test(given)) return given.slice(1, -1).replaceAll("''", "'");
	try {
		return /^".*"$/.test(given) ? (JSON.parse(given) as string) : given;
	} catch {
		return given;
	}
}

function decoded(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}
