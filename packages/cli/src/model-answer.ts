/** A version of a model as the commands answer it. */
import type { ModelVersion } from '@runstead/contract';
import { type Answer, documentAnswer } from './output/answer.ts';
import { sizeText, tagText, timeText } from './run/values.ts';

/** `name`, `name:version`, `name:alias` or `name:latest`; names have no colon. */
export function parseModel(given: string): { model: string; version: string } {
	const colon = given.indexOf(':');
	return colon < 0 ? { model: given, version: 'latest' } : { model: given.slice(0, colon), version: given.slice(colon + 1) };
}

export function modelAnswer(version: ModelVersion): Answer {
	const pairs: [string, string][] = [
		['Model', `${version.name}, version ${version.version}${version.status === 'ready' ? '' : ` (${version.status})`}`],
		['Source', version.source],
		['Files', version.fileCount === 0 ? 'none here' : `${version.fileCount}, ${sizeText(version.sizeBytes)}`],
	];
	if (version.runId !== null) pairs.push(['Run', version.runId]);
	if (version.experimentName !== null) pairs.push(['Experiment', version.experimentName]);
	if (version.aliases.length > 0) pairs.push(['Aliases', version.aliases.join(', ')]);
	if (version.stage !== 'None') pairs.push(['Stage', version.stage]);
	if (version.framework !== null) pairs.push(['Framework', [version.framework, version.frameworkVersion ?? ''].join(' ').trim()]);
	if (version.description) pairs.push(['Description', version.description]);
	const tags = Object.entries(version.tags).map(tagText);
	if (tags.length > 0) pairs.push(['Tags', tags.join(', ')]);
	pairs.push(['Registered', `${timeText(version.createdTime)} by ${version.createdBy}`]);
	return documentAnswer(version, pairs);
}
