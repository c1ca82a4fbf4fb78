/** The settings of this user, for every folder: `$XDG_CONFIG_HOME/runstead/config.json`, written by `runstead config` and `runstead login`. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandError, UsageError } from './command.ts';
import { makeFolder } from './folders.ts';
import { nearestOrNull } from './nearest.ts';

/** Each setting with what it is. */
export const USER_SETTINGS = {
	url: 'Server that commands mean when nothing nearer names one',
	token: 'Token for that server',
	workspace: 'Workspace on that server',
	output: 'Format of results, as --output takes it',
	maxResults: 'How much a list shows, as --max-results takes it',
} as const;

export type UserSettingName = keyof typeof USER_SETTINGS;
export type UserSettings = { readonly [Name in UserSettingName]?: string };

export function userSettingsPath(): string {
	return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'runstead', 'config.json');
}

/** @throws {UsageError} for a name that is no setting, with the one that was probably meant. */
export function userSettingName(given: string): UserSettingName {
	const names = Object.keys(USER_SETTINGS) as UserSettingName[];
	const name = names.find((candidate) => candidate === given);
	if (name !== undefined) return name;
	const nearest = nearestOrNull(given, names);
	throw new UsageError(
		`There is no setting "${given}"; there is ${names.join(', ')}.${nearest === null ? '' : ` Did you mean ${nearest}?`}`,
	);
}

function unreadable(path: string, reason: string): CommandError {
	return new CommandError(
		`The settings in ${path} cannot be read: ${reason}.`,
		'Mend the file, or delete it: every setting has a default.',
	);
}

/** No file means no settings. @throws {CommandError} for a file that is not one of settings. */
export async function readUserSettings(path = userSettingsPath()): Promise<UserSettings> {
	const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
		throw unreadable(path, error.message);
	});
	if (text === null) return {};
	let settings: unknown;
	try {
		settings = JSON.parse(text);
	} catch (error) {
		throw unreadable(path, (error as Error).message);
	}
	if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) throw unreadable(path, 'it holds no object');
	for (const [name, value] of Object.entries(settings)) {
		if (!Object.hasOwn(USER_SETTINGS, name)) throw unreadable(path, `"${name}" is no setting`);
		if (typeof value !== 'string') throw unreadable(path, `"${name}" is not a text`);
	}
	return settings as UserSettings;
}

/** Writes the whole file anew; readable by this user alone, since it may hold a token. */
export async function writeUserSettings(settings: UserSettings, path = userSettingsPath()): Promise<void> {
	await makeFolder(dirname(path), { mode: 0o700 });
	const beside = `${path}.${process.pid}`;
	await writeFile(beside, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
	await rename(beside, path);
}
