/** `az logout`: forgets the server and the token that `az login` kept. */
import { defineCommand } from '../../command.ts';
import { documentAnswer } from '../../output/answer.ts';
import { readUserSettings, writeUserSettings } from '../../user-settings.ts';

export const command = defineCommand({
	summary: 'Forget the server and the token that az login kept',
	usage: '',
	words: { min: 0, max: 0 },
	options: {},
	answers: 'document',
	examples: [{ command: 'az logout', explanation: 'other settings stay' }],
	async run() {
		const { url, token: _, workspace: __, ...others } = await readUserSettings();
		await writeUserSettings(others);
		return documentAnswer({ url: url ?? null }, url === undefined ? 'No server was kept.' : `Forgot ${url}.`);
	},
});
