/** The error catalogue: code, HTTP status, what happened (with what was given) and what to do now. Doors translate these to their own shapes. */

interface CatalogueEntry {
	readonly status: number;
	/** `{name}` is replaced by the detail of that name, `{a name}` by it with its article. */
	readonly message: string;
	readonly hint: string;
}

export const ERRORS = {
	'invalid-request': { status: 400, message: '{what}', hint: 'Compare the request with the API reference at /api/v1/docs.' },
	'tls-off': {
		status: 400,
		message: 'Clients of Azure ML write files over TLS alone, and this server does not listen over it.',
		hint: 'Switch it on: runstead azureml login, or runstead tls. Then let the client trust it: REQUESTS_CA_BUNDLE is the bundle.pem that the command names.',
	},
	'invalid-json': {
		status: 400,
		message: 'The request body is not valid JSON: {reason}.',
		hint: 'Check that the whole body was sent, and its quoting.',
	},
	'invalid-name': { status: 400, message: 'The {noun} name {given} is not allowed: {reason}.', hint: 'Choose another name.' },
	'invalid-path': {
		status: 400,
		message: 'The path {path} is not allowed: {reason}.',
		hint: 'Use a relative path with / between folders, without "..", backslashes or control characters.',
	},
	'invalid-filter': {
		status: 400,
		message: 'The filter cannot be read at character {position}: {reason}.',
		hint: "Example: metrics.mse.min < 3000 and tags.quality = 'good'.",
	},
	'invalid-mlflow-filter': {
		status: 400,
		message: '{what}',
		hint: "Comparisons are joined by and, and texts stand in quotes: state = 'ERROR' and tags.release = 'v2'.",
	},
	'invalid-pattern': {
		status: 400,
		message: 'The pattern {given} is no regular expression: {reason}.',
		hint: 'Mend it, or search for the plain text without regex=true.',
	},
	'invalid-query': {
		status: 400,
		message: 'The query cannot be run (line {line}, character {character}): {reason}',
		hint: 'docs/reference/kql.md lists what is supported; /api/v1/log-tables the tables and their columns.',
	},
	'query-limit': {
		status: 400,
		message: 'The query was ended: {reason}',
		hint: 'Ask for less: filter by time first, sum up, or take fewer rows.',
	},
	'query-engine-failed': {
		status: 503,
		message: 'The query engine could not answer: {reason}',
		hint: 'Try again; engine.log in the folder query-engine of the data folder has the details.',
	},
	'invalid-order': {
		status: 400,
		message: 'Runs cannot be ordered by {given}.',
		hint: 'Order by an attribute such as createdTime, or by metrics.NAME.last, params.NAME, tags.NAME.',
	},
	'invalid-fields': {
		status: 400,
		message: 'The fields cannot be read at character {position}: {reason}.',
		hint: 'Example: displayName, status, params.alpha, metrics.mse.min, tags.',
	},
	'invalid-cursor': { status: 400, message: 'The cursor is not one that this list gave out.', hint: 'Start again without a cursor.' },
	'limit-exceeded': {
		status: 400,
		message: '{what} is {given}; the limit ({limit}) is {max}.',
		hint: 'Send less, or split it. Limits are listed at /api/v1/limits.',
	},
	unauthorized: {
		status: 401,
		message: 'This request needs a token: {reason}.',
		hint: 'Send "Authorization: Bearer <token>"; the command line and Python send RUNSTEAD_TOKEN. Make one with "runstead token create" as the user who runs the server.',
	},
	'token-revoked': {
		status: 401,
		message: 'Token {token} was revoked at {time} by {actor}.',
		hint: 'Make another one with "runstead token create" as the user who runs the server.',
	},
	forbidden: {
		status: 403,
		message: 'This token may not do that: it lacks the permission {permission}{where}.',
		hint: 'Make one that has it, as the user who runs the server: runstead token create --permission NAME, once for each that it needs; without --permission it has all.',
	},
	'foreign-host': {
		status: 403,
		message: 'The Host header {host} is not one that this server answers to.',
		hint: 'Use 127.0.0.1 or localhost, or start the server with --allowed-host.',
	},
	'foreign-origin': {
		status: 403,
		message: 'Requests from the origin {origin} are not accepted.',
		hint: 'Open the studio at its own address.',
	},
	'not-found': {
		status: 404,
		message: 'There is no {noun} {given}.',
		hint: 'Check the spelling, or list what there is.',
	},
	'unknown-route': { status: 404, message: '{method} {path} is not part of the API.', hint: 'See /api/v1/docs for every route.' },
	'already-exists': { status: 409, message: 'There is already {a noun} {given}.', hint: 'Use the existing one, or choose another name.' },
	'secret-unreadable': {
		status: 409,
		message: 'What is kept sealed cannot be read with the key in {file}.',
		hint: 'Restore that file from the backup that the database belongs to, or give the secrets anew.',
	},
	'content-missing': {
		status: 409,
		message: 'The database names contents that are not here: there is no {file}.',
		hint: 'Servers that share a database must share the folders of contents in their data folders (docs/operations/storage.md). If this is the only server, restore a backup.',
	},
	'destination-unreachable': {
		status: 422,
		message: 'The destination {destination} does not work: {reason}.',
		hint: 'Mend it and try again, or save it untested: what is to be sent waits until it works.',
	},
	'address-not-allowed': {
		status: 403,
		message: 'The server does not connect to {address}: {reason}.',
		hint: 'Name a public address, or use a token of somebody who administers the server.',
	},
	'port-taken': {
		status: 409,
		message: 'The server cannot listen on port {port}: {reason}.',
		hint: 'Choose another port, such as runstead tls --port 8157.',
	},
	'status-change-not-allowed': {
		status: 409,
		message: 'Run {run} is {from} and cannot become {to}.',
		hint: 'See the table of status changes in docs/concepts/runs.md; an ended run comes back only by reopen.',
	},
	'property-changed': {
		status: 409,
		message: 'Property "{key}" of run {run} is "{value}" already and cannot be changed to "{given}".',
		hint: 'Properties are written once; use a tag for what may change.',
	},
	'param-changed': {
		status: 409,
		message: 'Param "{key}" of run {run} is "{value}" already and cannot be changed to "{given}".',
		hint: 'Params are written once; log the new value under another name.',
	},
	'metric-kind-changed': {
		status: 409,
		message: 'Metric "{name}" of run {run} holds {kind} values; a {given} cannot be added to it.',
		hint: 'Log it under another name.',
	},
	'writer-ahead': {
		status: 409,
		message: 'Writer {writer} has stored up to sequence {stored}, which is inside this batch ({first} to {last}).',
		hint: 'Send what follows the stored sequence.',
	},
	'stale-fence': {
		status: 409,
		message: 'Run {run} is leased with fence {current}; fence {given} is no longer valid.',
		hint: 'Stop this attempt: another one owns the run.',
	},
	'log-gap': {
		status: 409,
		message: 'Log {path} holds {size} bytes; an append at {offset} would leave a gap.',
		hint: 'Continue at the size given in details.',
	},
	'log-sealed': {
		status: 409,
		message: 'Log {path} is sealed with {size} bytes and takes no more.',
		hint: 'Write to another log.',
	},
	'upload-gap': {
		status: 409,
		message: 'Upload {upload} holds {size} bytes; a chunk at {offset} does not continue it.',
		hint: 'Continue at the size given in details.',
	},
	'view-changed': {
		status: 409,
		message: 'View {view} was changed by {actor} meanwhile: it is version {current} now, and this change was made from version {given}.',
		hint: 'Look at what it is now (details.view), then save again from that version, or save yours under another name.',
	},
	'model-property-changed': {
		status: 409,
		message: 'Property "{key}" of version {version} of model {model} is "{value}" already and cannot be changed to "{given}".',
		hint: 'Properties are written once; use a tag for what may change.',
	},
	'model-not-pending': {
		status: 409,
		message: 'Version {version} of model {model} is {status}: it takes no more files.',
		hint: 'Register the next version.',
	},
	'run-trashed': { status: 409, message: 'Run {run} is in the trash: nothing is written to it there.', hint: 'Restore it first.' },
	'not-trashed': {
		status: 409,
		message: 'Run {run} is {lifecycle}; only a run in the trash can be purged.',
		hint: 'Move it to the trash first.',
	},
	'agent-not-compatible': {
		status: 409,
		message: 'The agent (version {agent}) speaks protocol {given}; this server (version {server}) speaks {protocol}.',
		hint: 'Take the agent from this server: pip install --upgrade --no-index --find-links SERVER/python/ runstead, or SERVER/python/runstead.pyz.',
	},
	'cluster-has-runs': {
		status: 409,
		message: 'Cluster {cluster} has {count} runs that wait or run.',
		hint: 'Wait for them, or cancel them with cancelRuns=true.',
	},
	'quota-exceeded': {
		status: 409,
		message: '{what} needs {needed} cores; the {quota} quota of {owner} is {limit}, of which {used} are used and {free} are free.',
		hint: 'Ask for fewer nodes or a smaller VM size, or request more with "runstead compute quota request".',
	},
	'quota-request-decided': { status: 409, message: 'Request {request} was {state} already.', hint: 'Make a new request.' },
	'curated-environment': {
		status: 409,
		message: 'Environment {name} is curated: it comes with Runstead and stays as it is.',
		hint: 'Register yours under another name; a clone is a good beginning.',
	},
	'action-group-in-use': {
		status: 409,
		message: 'Action group {group} is used by alert rule {rule}.',
		hint: 'Take it out of its rules first.',
	},
	'node-not-preemptible': {
		status: 409,
		message: 'Node {node} of {cluster} is dedicated: it is not taken away.',
		hint: 'Drain it (it leaves when it is done). Nodes of low-priority clusters and those that joined can be preempted.',
	},
	'run-is-active': { status: 409, message: 'Run {run} is {status}: a run that still lives cannot be {action}.', hint: 'Cancel it first.' },
	'checksum-mismatch': {
		status: 422,
		message: 'The content of {path} has SHA-256 {actual}, not {expected} as announced.',
		hint: 'Send it again.',
	},
	'snapshot-incomplete': {
		status: 422,
		message: 'The snapshot names {count} contents that were never uploaded, the first for {path}.',
		hint: 'Upload the contents that the check names as missing, then create it again.',
	},
	'body-too-large': { status: 413, message: 'The request body is larger than {max} bytes.', hint: 'Split the request.' },
	'body-truncated': { status: 400, message: 'The request body ended after {received} of {expected} bytes.', hint: 'Send it again.' },
	'unsupported-media-type': { status: 415, message: 'The content type {given} is not accepted here.', hint: 'Send {accepted}.' },
	'range-not-satisfiable': {
		status: 416,
		message: 'The range {range} lies outside the {size} bytes of {path}.',
		hint: 'Ask for a range that begins before the end.',
	},
	'storage-full': {
		status: 507,
		message: 'The disk that holds the data is full; nothing of this request was stored.',
		hint: 'Make room; the server goes on by itself.',
	},
	'storage-unavailable': {
		status: 503,
		message: 'The database cannot be reached: {reason}.',
		hint: 'Try again; nothing of this request was stored.',
	},
	'server-stopping': { status: 503, message: 'The server is stopping.', hint: 'Try again when it is back.' },
	internal: {
		status: 500,
		message: 'Something went wrong in the server (request {request}).',
		hint: 'The server log has the details under this request id.',
	},
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

type Placeholders<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
	? (Place extends `a ${infer Name}` ? Name : Place) | Placeholders<Rest>
	: never;

/** What an error of this code must be given: the placeholders of its message; more may be added for programs to read. */
export type ErrorDetails<Code extends ErrorCode> = { [Name in Placeholders<(typeof ERRORS)[Code]['message']>]: string | number } & Record<
	string,
	unknown
>;

/** An error of the catalogue. Anything else that is thrown is a defect and answers as `internal`. */
export class RunsteadError<Code extends ErrorCode = ErrorCode> extends Error {
	override readonly name = 'RunsteadError';
	readonly code: Code;
	readonly details: Record<string, unknown>;

	constructor(code: Code, details: ErrorDetails<Code>, options?: ErrorOptions) {
		super(
			ERRORS[code].message.replace(/\{(a )?(\w+)\}/g, (_, article: string | undefined, name: string) => {
				const given = String(details[name]);
				return article === undefined ? given : `${/^[aeiou]/i.test(given) ? 'an' : 'a'} ${given}`;
			}),
			options,
		);
		this.code = code;
		this.details = details;
	}

	get status(): number {
		return ERRORS[this.code].status;
	}

	get hint(): string {
		return ERRORS[this.code].hint;
	}

	toJSON(): { error: { code: ErrorCode; message: string; hint: string; details: Record<string, unknown> } } {
		return { error: { code: this.code, message: this.message, hint: this.hint, details: this.details } };
	}
}
