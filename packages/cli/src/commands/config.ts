/** `runstead config`: the settings of this user. */
import { defineCommand, UsageError } from '../command.ts';
import { documentAnswer } from '../output/answer.ts';
import { maxResults, outputFormat } from '../output/options.ts';
import {
	readUserSettings,
	USER_SETTINGS,
	type UserSettingName,
	type UserSettings,
	userSettingName,
	userSettingsPath,
	writeUserSettings,
} from '../user-settings.ts';

/** @throws {UsageError} for a value that the setting cannot have. */
function check(name: UserSettingName, value: string): void {
	if (name === 'output') outputFormat(value, 'output');
	if (name === 'maxResults') maxResults(value, 'maxResults');
	if (name === 'url' && !URL.canParse(value)) throw new UsageError(`"${value}" is not an address: give one such as http://127.0.0.1:8155.`);
}

function changed(settings: UserSettings, word: string): UserSettings {
	const [given = '', ...rest] = word.split('=');
	const name = userSettingName(given);
	if (!word.includes('=')) throw new UsageError(`What should ${name} be? Give ${name}=VALUE, or ${name}= to have none.`);
	const { [name]: _, ...others } = settings;
	const value = rest.join('=');
	if (value === '') return others;
	check(name, value);
	return { ...others, [name]: value };
}

/** A token is not shown to whoever looks over a shoulder. */
function shownValue(name: UserSettingName, value: string | undefined): string {
	if (value === undefined) return '-';
	return name === 'token' ? 'set' : value;
}

export const command = defineCommand({
	summary: 'Show the settings of this user, or change them',
	usage: '[NAME=VALUE …]',
	words: { min: 0, max: 100 },
	options: {},
	answers: 'document',
	examples: [
		{ command: 'runstead config', explanation: 'what is set, and in which file' },
		{ command: 'runstead config output=json maxResults=all', explanation: 'options and environment variables still win' },
		{ command: 'runstead config url= token=', explanation: 'takes settings back' },
	],
	async run({ words }) {
		const before = await readUserSettings();
		const settings = words.reduce(changed, before);
		if (words.length > 0) await writeUserSettings(settings);
		const names = Object.keys(USER_SETTINGS) as UserSettingName[];
		return documentAnswer(
			Object.fromEntries(names.map((name) => [name, name === 'token' && settings.token ? 'set' : (settings[name] ?? null)])),
			[...names.map((name) => [name, shownValue(name, settings[name])] as const), ['file', userSettingsPath()]],
		);
	},
});
