/** What an import brought over: counted while it goes on, and in words. */
import { type Answer, documentAnswer } from '../output/answer.ts';
import type { ImportedModels } from './import-models.ts';

export interface ImportReport {
	experiments: number;
	runs: number;
	/** Runs that were here before, and have changed at the source since. */
	runsChanged: number;
	/** Runs that were here before, as they are. */
	runsThere: number;
	points: number;
	files: number;
	problems: string[];
	/** What was changed both here and at the source, and is as there now. */
	replaced: string[];
}

export interface TraceCounts {
	traces: number;
	tracesChanged: number;
	/** Traces that were here before. */
	tracesThere: number;
}

export interface LoggedModelCounts {
	loggedModels: number;
	/** Logged models that were here before. */
	loggedModelsThere: number;
}

export interface EvaluationDatasetCounts {
	evaluationDatasets: number;
	evaluationDatasetsChanged: number;
	/** Evaluation datasets that were here before. */
	evaluationDatasetsThere: number;
	evaluationRecords: number;
}

export interface ModelImportReport extends ImportReport, TraceCounts, LoggedModelCounts, EvaluationDatasetCounts {
	models: number;
	modelsChanged: number;
	versions: number;
	versionsChanged: number;
	versionsThere: number;
}

const PROBLEMS_SHOWN = 20;
const REPLACED_SHOWN = 20;

export function beginReport(): ImportReport {
	return { experiments: 0, runs: 0, runsChanged: 0, runsThere: 0, points: 0, files: 0, problems: [], replaced: [] };
}

export function beginModelReport(): ModelImportReport {
	return {
		...beginReport(),
		models: 0,
		modelsChanged: 0,
		versions: 0,
		versionsChanged: 0,
		versionsThere: 0,
		loggedModels: 0,
		loggedModelsThere: 0,
		traces: 0,
		tracesChanged: 0,
		tracesThere: 0,
		evaluationDatasets: 0,
		evaluationDatasetsChanged: 0,
		evaluationDatasetsThere: 0,
		evaluationRecords: 0,
	};
}

export function addModels(report: ModelImportReport, { files, replaced, problems, ...counts }: ImportedModels): void {
	Object.assign(report, counts);
	report.files += files;
	report.replaced.push(...replaced);
	report.problems.push(...problems);
}

const inWords = (count: number): string => count.toLocaleString('en');

/** @param from what it came from. @param pointsAs what the points are called there. */
export function reportRows(report: ImportReport, from: string, pointsAs = 'Metric points'): [string, string][] {
	return [
		['From', from],
		['Experiments', inWords(report.experiments)],
		['Runs', countsText(report.runs, report.runsChanged, report.runsThere)],
		[pointsAs, inWords(report.points)],
		['Files', inWords(report.files)],
	];
}

export function modelRow(report: ModelImportReport): [string, string] {
	const { models, modelsChanged, versions, versionsChanged, versionsThere } = report;
	const changed = modelsChanged > 0 ? `, ${inWords(modelsChanged)} changed` : '';
	return ['Models', `${inWords(models)} new${changed}; versions: ${countsText(versions, versionsChanged, versionsThere)}`];
}

export function loggedModelRow({ loggedModels, loggedModelsThere }: LoggedModelCounts): [string, string] {
	return ['Logged models', countsText(loggedModels, 0, loggedModelsThere)];
}

export function traceRow({ traces, tracesChanged, tracesThere }: TraceCounts): [string, string] {
	return ['Traces', countsText(traces, tracesChanged, tracesThere)];
}

export function evaluationDatasetRow(report: EvaluationDatasetCounts): [string, string] {
	const { evaluationDatasets, evaluationDatasetsChanged, evaluationDatasetsThere, evaluationRecords } = report;
	const counts = countsText(evaluationDatasets, evaluationDatasetsChanged, evaluationDatasetsThere);
	return ['Evaluation datasets', `${counts}; records: ${inWords(evaluationRecords)} brought over`];
}

/** What is told of things that were changed on both sides. */
export function replacedRows({ replaced }: ImportReport): [string, string][] {
	const more = replaced.length - REPLACED_SHOWN;
	const shown = [...replaced.slice(0, REPLACED_SHOWN), ...(more > 0 ? [`… and ${more} more: --output json has them all`] : [])];
	return shown.map((text, index) => [index === 0 ? 'As at the source now' : '', text]);
}

function countsText(fresh: number, changed: number, there: number): string {
	const changedText = changed > 0 ? ` ${inWords(changed)} changed since,` : '';
	return `${inWords(fresh)} brought over,${changedText} ${inWords(there)} were here`;
}

/** The whole answer: exit code 1 when something could not be brought over. */
export function reportAnswer<Report extends ImportReport>(report: Report, rows: [string, string][]): Answer {
	return documentAnswer(report, rows, {
		...(report.problems.length > 0 && { exitCode: 1, remark: problemsText(report.problems) }),
	});
}

function problemsText(problems: readonly string[]): string {
	const more = problems.length - PROBLEMS_SHOWN;
	return [
		...problems.slice(0, PROBLEMS_SHOWN),
		...(more > 0 ? [`… and ${more} more.`] : []),
		'Run the command again when that is mended: it brings the rest.',
	].join('\n');
}
