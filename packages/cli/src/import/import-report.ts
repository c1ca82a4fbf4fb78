/** What an import brought over: counted while it goes on, and in words. */
import { type Answer, documentAnswer } from '../output/answer.ts';
import type { ImportedModels } from './import-models.ts';

export interface ImportReport {
	experiments: number;
	runs: number;
	/** Runs that were here before. */
	runsThere: number;
	points: number;
	files: number;
	problems: string[];
}

export interface TraceCounts {
	traces: number;
	/** Traces that were here before. */
	tracesThere: number;
}

export interface ModelImportReport extends ImportReport, TraceCounts {
	models: number;
	versions: number;
	versionsThere: number;
}

const PROBLEMS_SHOWN = 20;

export function beginReport(): ImportReport {
	return { experiments: 0, runs: 0, runsThere: 0, points: 0, files: 0, problems: [] };
}

export function beginModelReport(): ModelImportReport {
	return { ...beginReport(), models: 0, versions: 0, versionsThere: 0, traces: 0, tracesThere: 0 };
}

export function addModels(report: ModelImportReport, { models, versions, versionsThere, files }: ImportedModels): void {
	report.models += models;
	report.versions += versions;
	report.versionsThere += versionsThere;
	report.files += files;
}

const inWords = (count: number): string => count.toLocaleString('en');

/** @param from what it came from. @param pointsAs what the points are called there. */
export function reportRows(report: ImportReport, from: string, pointsAs = 'Metric points'): [string, string][] {
	return [
		['From', from],
		['Experiments', inWords(report.experiments)],
		['Runs', `${inWords(report.runs)} brought over, ${inWords(report.runsThere)} were here`],
		[pointsAs, inWords(report.points)],
		['Files', inWords(report.files)],
	];
}

export function modelRow({ models, versions, versionsThere }: ModelImportReport): [string, string] {
	return ['Models', `${inWords(models)} new; ${inWords(versions)} versions brought over, ${inWords(versionsThere)} were here`];
}

export function traceRow({ traces, tracesThere }: TraceCounts): [string, string] {
	return ['Traces', `${inWords(traces)} brought over, ${inWords(tracesThere)} were here`];
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
