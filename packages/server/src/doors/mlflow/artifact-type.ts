/** What MLflow says that an artifact is, by its name: more is text to it than to a browser. */
import { contentTypeOf } from '../../capabilities/run-files/content-type.ts';

/** The endings, and the two whole names, that MLflow takes for text (`mlflow.utils.mime_type_utils`). */
const TEXTS = new Set([
	...'txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json js py py3 csv tsv md rst ipynb'.split(' '),
	...['MLmodel', 'mlproject'],
]);

export function artifactType(path: string): string {
	const name = path.slice(path.lastIndexOf('/') + 1);
	return TEXTS.has(name.slice(name.lastIndexOf('.') + 1)) ? 'text/plain' : contentTypeOf(name, undefined);
}
