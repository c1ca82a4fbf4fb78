/** The state of the git repository that a source folder lies in, as properties of its run: the same as python/runstead/git_properties.py. */
import { execFile } from 'node:child_process';

/** A repository that takes longer to look through is described without what took long. */
const TIMEOUT_MS = 2_000;
/** Of the list of what was changed. */
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Null where git is not installed, fails, or takes too long. */
function git(folder: string, ...args: string[]): Promise<string | null> {
	// Another program's locks are not to be waited for, and nobody sits there to be asked for a password.
	const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
	return new Promise((resolve) => {
		const child = execFile('git', ['-C', folder, ...args], { env, timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout) =>
			resolve(error === null ? stdout.trim() : null),
		);
		child.stdin?.end();
	});
}

function given(name: string): string | null {
	return process.env[`AZUREML_GIT_${name}`]?.trim() || null;
}

function withoutCredentials(address: string): string {
	return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}

/** `changes` are those of the folder alone, files that git does not know included: they are part of what runs. */
function dirtyOf(changes: string | null): string | null {
	const said = given('DIRTY');
	if (said === null && changes === null) return null;
	const isDirty = said === null ? changes !== '' : ['1', 'true'].includes(said.toLowerCase());
	return isDirty ? 'True' : 'False';
}

/**
 * Repository, branch, commit and whether it was changed since, under the names that azureml-core and MLflow give them. The variables
 * AZUREML_GIT_REPOSITORY_URI, _BRANCH, _COMMIT and _DIRTY say otherwise, and _BUILD_ID and _BUILD_URI which build it is: for builds
 * without a repository. Empty outside a repository, and where git is not installed.
 */
export async function gitProperties(folder: string): Promise<Record<string, string>> {
	const isRepository = (await git(folder, 'rev-parse', '--is-inside-work-tree')) === 'true';
	const ask = (...args: string[]) => (isRepository ? git(folder, ...args) : Promise.resolve(null));
	const [remote, head, revision, changes] = await Promise.all([
		ask('ls-remote', '--get-url'),
		ask('symbolic-ref', '--short', '--quiet', 'HEAD'),
		ask('rev-parse', '--verify', '--quiet', 'HEAD'),
		ask('status', '--porcelain', '.'),
	]);
	const address = given('REPOSITORY_URI') ?? remote;
	// Git answers with the name of a remote that has no address.
	const repository = address === null || address === 'origin' ? null : withoutCredentials(address);
	const branch = given('BRANCH') ?? head;
	const commit = given('COMMIT') ?? revision;
	const found = {
		'azureml.git.repository_uri': repository,
		'mlflow.source.git.repoURL': repository,
		'azureml.git.branch': branch,
		'mlflow.source.git.branch': branch,
		'azureml.git.commit': commit,
		'mlflow.source.git.commit': commit,
		'azureml.git.dirty': dirtyOf(changes),
		'azureml.git.build_id': given('BUILD_ID'),
		'azureml.git.build_uri': given('BUILD_URI'),
	};
	return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
