/** An alert as a message of Slack's incoming webhooks. */
import { type Notification, titleOf } from './notification.ts';

const COLOURS = { fired: '#d13438', resolved: '#107c10', test: '#0078d4' } as const;

/** `&`, `<` and `>` have a meaning there. */
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export function slackMessage(notification: Notification, pageUrl: string): Record<string, unknown> {
	const title = titleOf(notification);
	const lines = [
		escaped(notification.summary),
		...Object.entries(notification.dimensions).map(([name, value]) => `*${escaped(name)}*: ${escaped(value)}`),
		`<${pageUrl}|Open in Runstead>`,
	];
	return {
		// What a notification on a phone shows.
		text: escaped(title),
		attachments: [
			{
				color: COLOURS[notification.what],
				blocks: [
					{ type: 'header', text: { type: 'plain_text', text: title.slice(0, 150) } },
					{ type: 'section', text: { type: 'mrkdwn', text: lines.join('\n').slice(0, 3_000) } },
				],
			},
		],
	};
}
