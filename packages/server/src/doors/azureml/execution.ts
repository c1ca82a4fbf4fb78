/** Submission: a run configuration and a snapshot become a job; a run that is under way is cancelled. */
import { RunsteadError, type SubmitJob } from '@runstead/contract';
import type { FastifyInstance } from 'fastify';
import type { Capabilities } from '../../create-capabilities.ts';
import { placeOfDataset } from './dataflow.ts';
import type { FindExperiment } from './experiments.ts';
import { type Fields, neededText, objectOf, textOf } from './fields.ts';
import { invocationZip } from './invocation.ts';
import { datasetsOf } from './job-datasets.ts';
import { jobOfConfiguration } from './job-submission.ts';
import { parsePythonJson } from './json.ts';
import type { AzureCall, AzureToolbox } from './toolbox.ts';

const EXECUTION = '/execution/v1.0';
/** The definition, and a folder as a zip file: that of the run configurations, or (startrun) a source folder, which has to be small. */
const FORM_BYTES_MAX = 32 * 1024 * 1024;

export interface ExecutionOptions {
	readonly app: FastifyInstance;
	readonly capabilities: Capabilities;
	readonly findExperiment: FindExperiment;
}

export function serveExecution({ serve }: AzureToolbox, { app, capabilities, findExperiment }: ExecutionOptions): void {
	const { jobs, runs, snapshots, registeredDatasets } = capabilities;
	const write = { service: EXECUTION, permission: 'run.write', method: 'POST' } as const;

	app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer', bodyLimit: FORM_BYTES_MAX }, (request, body, done) => {
		formOf(request.headers['content-type'] ?? '', body as Buffer).then((form) => done(null, form), done);
	});

	/** What is submitted, but for its snapshot. */
	const submissionOf = async (call: AzureCall, fields: Fields): Promise<SubmitJob & { id: string }> => {
		const id = call.query.runId ?? call.query.runid;
		if (id === undefined || id === '') throw new RunsteadError('invalid-request', { what: 'runId is missing in the query.' });
		const parentId = textOf(fields, 'ParentRunId');
		if (parentId !== undefined) await call.authorizeRun(parentId);
		else if (call.principal.runId !== null)
			throw new RunsteadError('forbidden', { permission: 'run.write', where: ' outside its own run' });
		const configuration = objectOf(fields.Configuration, 'Configuration');
		const datasets = await datasetsOf(configuration, {
			runId: id,
			placeOf: async (definition, input) =>
				placeOfDataset((await registeredDatasets.definition(call.workspace, definition)).dataflow, input),
		});
		return { id, ...(parentId !== undefined && { parentId }), definition: jobOfConfiguration(configuration, datasets) };
	};

	serve({ ...write, path: '/experiments/:experiment/snapshotrun' }, async (call) => {
		const fields = objectOf(call.body);
		const experiment = await findExperiment(call.workspace, call.params);
		const { definition, ...job } = await submissionOf(call, fields);
		const snapshotId = textOf(fields, 'SnapshotId');
		const snapshot = snapshotId === undefined ? null : await snapshots.named(call.workspace, snapshotId);
		const runId = await jobs.submit(
			experiment,
			{ ...job, definition: { ...definition, ...(snapshot && { snapshotId: snapshot.id }) } },
			call.principal.name,
		);
		return { runId };
	});

	/**
	 * A job of which the client says last which code it is, as its snapshot: what it sends beside the definition is not looked at.
	 * @throws {RunsteadError} invalid-request, not-found.
	 */
	const draft = async (call: AzureCall): Promise<string> => {
		const fields = objectOf(parsePythonJson(neededText(objectOf(call.body), 'definition.json')));
		const experiment = await findExperiment(call.workspace, call.params);
		const submission = await submissionOf(call, fields);
		const snapshotProject = objectOf(objectOf(fields.Configuration).history ?? {}, 'history').snapshotProject;
		if (snapshotProject === false)
			throw new RunsteadError('invalid-request', {
				what: 'history.snapshot_project is off: without a snapshot there is no code to run.',
			});
		await jobs.draft(experiment, submission, call.principal.name);
		return submission.id;
	};

	// What is to run beside the client runs as any other job, on the machine of the server.
	serve({ ...write, path: '/experiments/:experiment/localrun' }, async (call) => {
		await draft(call);
		return call.reply.type('application/zip').send(await invocationZip());
	});

	// With AML_FORCE_EXECUTE_WITH_ZIP the folder comes in one piece besides.
	serve({ ...write, path: '/experiments/:experiment/startrun' }, async (call) => ({ runId: await draft(call) }));

	serve({ ...write, path: '/runId/:run/cancel' }, async ({ params, principal }) => {
		await runs.cancel(params.run as string, principal.name, `${principal.name} asked for it.`);
		return {};
	});
}

/** The JSON files of a form by their names. @throws {RunsteadError} invalid-request. */
async function formOf(contentType: string, body: Buffer): Promise<Record<string, string>> {
	try {
		const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
		const files: Record<string, string> = {};
		for (const part of form.values()) if (typeof part !== 'string' && part.name.endsWith('.json')) files[part.name] = await part.text();
		return files;
	} catch (error) {
		throw new RunsteadError('invalid-request', { what: 'The form cannot be read.' }, { cause: error });
	}
}
