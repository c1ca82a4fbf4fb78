/** An alert as a mail: plain text, and the same as HTML. */
import { type Notification, SEVERITY_WORDS, titleOf } from './notification.ts';

export interface MailMessage {
	readonly subject: string;
	readonly text: string;
	readonly html: string;
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export function mailMessage(notification: Notification, pageUrl: string): MailMessage {
	const { severity, workspace, firedTime, resolvedTime, windowStartTime, windowEndTime, description } = notification;
	const facts: [string, string][] = [
		['Rule', notification.ruleName],
		['Severity', `${severity} (${SEVERITY_WORDS[severity]})`],
		['Workspace', workspace.name],
		...Object.entries(notification.dimensions),
		['Fired', firedTime],
		...(resolvedTime === null ? [] : [['Resolved', resolvedTime] as [string, string]]),
		...(windowStartTime === null ? [] : [['Window', `${windowStartTime} to ${windowEndTime}`] as [string, string]]),
	];
	const about = description === '' ? [] : [description];
	return {
		// A line break in a name would end the header.
		subject: titleOf(notification).replace(/\s+/g, ' '),
		text: [notification.summary, ...about, '', ...facts.map(([name, value]) => `${name}: ${value}`), '', pageUrl].join('\n'),
		html: `<p>${escaped(notification.summary)}</p>${about.map((text) => `<p>${escaped(text)}</p>`).join('')}<table>${facts
			.map(([name, value]) => `<tr><td>${escaped(name)}&nbsp;&nbsp;</td><td>${escaped(value)}</td></tr>`)
			.join('')}</table><p><a href="${escaped(pageUrl)}">Open in Runstead</a></p>`,
	};
}
