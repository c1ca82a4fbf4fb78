/** Where a version of a model comes from, as MLflow's clients write it: what of it lies here, and whether they may name it so. */
import type { ModelOrigin } from '../../capabilities/models/service.ts';
import { invalidParameter, type MlflowError } from './errors.ts';

/** What the source names. */
export type ParsedSource =
	| { readonly kind: 'run'; readonly runId: string; readonly path: string }
	| { readonly kind: 'loggedModel'; readonly modelId: string; readonly path: string }
	| { readonly kind: 'version'; readonly name: string; readonly which: string }
	/** Of artifacts that this server keeps, but of neither a run nor a logged model. */
	| { readonly kind: 'unknownArtifacts' }
	/** A path of the machine that asks: nothing of this server's. */
	| { readonly kind: 'local' }
	| { readonly kind: 'elsewhere' };

/** The scheme of Azure's plugin, whose client may name a run's artifacts without the run. */
export const AZURE_SCHEME = 'azureml';
const RUN_ARTIFACTS = /^[^/]+\/([^/]+)\/artifacts(?:\/(.*))?$/s;
const MODEL_ARTIFACTS = /^[^/]+\/models\/([^/]+)\/artifacts(?:\/(.*))?$/s;
/** Artifacts of a run as Azure's plugin knows them. */
const AZURE_RUN_ARTIFACTS = /\/workspaces\/[^/]+\/experiments\/[^/]+\/runs\/([^/]+)\/artifacts(?:\/(.*))?$/s;
const PROXY_ROUTE = /\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.*)$/s;

/** @throws {MlflowError} INVALID_PARAMETER_VALUE for what leads elsewhere than it says. */
export function parseSource(source: string): ParsedSource {
	const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(source)?.[1]?.toLowerCase() ?? '';
	if (scheme === '' || scheme === 'file') return { kind: 'local' };
	checkIsPlain(source);
	const rest = source.slice(scheme.length + 1);
	const path = rest.replace(/^\/\/[^/]*/, '').replace(/^\/+/, '');
	const hasAuthority = /^\/\/[^/]/.test(rest);
	switch (scheme) {
		case 'runs': {
			const [runId = '', ...below] = path.split('/');
			return { kind: 'run', runId: hasAuthority ? '' : runId, path: below.join('/') };
		}
		case 'models': {
			if (hasAuthority) throw refusedSource(source, 'model_id');
			const [name = '', which] = path.split('/');
			if (which !== undefined) return { kind: 'version', name, which };
			const at = name.lastIndexOf('@');
			return at > 0
				? { kind: 'version', name: name.slice(0, at), which: name.slice(at + 1) }
				: { kind: 'loggedModel', modelId: name, path: '' };
		}
		case 'mlflow-artifacts':
			return artifactsAt(path);
		case AZURE_SCHEME: {
			const [, runId, below] = AZURE_RUN_ARTIFACTS.exec(path) ?? [];
			return runId === undefined ? { kind: 'elsewhere' } : { kind: 'run', runId, path: trimmed(below) };
		}
		case 'http':
		case 'https': {
			const proxied = PROXY_ROUTE.exec(source)?.[1];
			return proxied === undefined ? { kind: 'elsewhere' } : artifactsAt(proxied);
		}
		default:
			return { kind: 'elsewhere' };
	}
}

function artifactsAt(path: string): ParsedSource {
	const ofModel = MODEL_ARTIFACTS.exec(path);
	if (ofModel) return { kind: 'loggedModel', modelId: ofModel[1] as string, path: trimmed(ofModel[2]) };
	const ofRun = RUN_ARTIFACTS.exec(path);
	return ofRun ? { kind: 'run', runId: ofRun[1] as string, path: trimmed(ofRun[2]) } : { kind: 'unknownArtifacts' };
}

function trimmed(path = ''): string {
	return path.replace(/\/+$/, '');
}

/** The files of a source that lie here. */
export function originOf(source: string, parsed: ParsedSource, fileSetOf: (modelId: string) => string): ModelOrigin {
	if (parsed.kind === 'run') return { runId: parsed.runId, path: parsed.path };
	if (parsed.kind === 'loggedModel') return { fileSet: fileSetOf(parsed.modelId) };
	return { uri: source };
}

export function refusedSource(source: string, parameter: 'run_id' | 'model_id'): MlflowError {
	return invalidParameter(
		`Invalid model version source: '${source}'. The ${parameter} request parameter must identify the resource that contains the source.`,
	);
}

export function refusedLocalSource(source: string, parameter: 'run_id' | 'model_id'): MlflowError {
	return invalidParameter(
		`Invalid model version source: '${source}'. To use a local path as a model version source, the ${parameter} request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the ${parameter}.`,
	);
}

/** Relative parts, plain or encoded however often, could lead out of where the source says it is. */
function checkIsPlain(source: string): void {
	let decoded = source;
	for (let last = ''; decoded !== last; ) {
		last = decoded;
		try {
			decoded = decodeURIComponent(decoded.replaceAll('+', ' '));
		} catch {
			break;
		}
	}
	if (decoded.includes('\0') || decoded.split(/[/\\]/).some((part) => part === '..' || part === '.'))
		throw invalidParameter(
			`Invalid model version source: '${source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.`,
		);
}
