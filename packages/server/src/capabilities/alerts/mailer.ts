/** Sends mail through the SMTP server that the server was given. The library is loaded when there is mail. */
import type { Transporter } from 'nodemailer';
import type { SendOutcome } from '../../http/delivery-attempt.ts';
import type { MailMessage } from './mail-message.ts';

const TIMEOUT_MS = 15_000;
const DEFAULT_SENDER = 'runstead@localhost';

export interface MailSettings {
	/** `smtp://user:password@host:port` or `smtps://…`. */
	readonly smtpUrl: string;
	readonly sender?: string;
}

export interface Mailer {
	/** Never throws. */
	send(to: readonly string[], message: MailMessage): Promise<SendOutcome>;
	close(): void;
}

export function createMailer(settings: MailSettings | null): Mailer {
	let transport: Transporter | null = null;

	const open = async ({ smtpUrl }: MailSettings): Promise<Transporter> => {
		const { createTransport } = await import('nodemailer');
		return createTransport({
			url: smtpUrl,
			connectionTimeout: TIMEOUT_MS,
			greetingTimeout: TIMEOUT_MS,
			socketTimeout: TIMEOUT_MS,
			// Nothing is read from files or addresses that a message might name.
			disableFileAccess: true,
			disableUrlAccess: true,
		});
	};

	return {
		async send(to, message) {
			if (settings === null)
				return {
					statusCode: null,
					error: 'The server has no mail server: start it with --smtp smtp://user:password@host:port.',
					isFinal: true,
				};
			try {
				transport ??= await open(settings);
				await transport.sendMail({ from: settings.sender ?? DEFAULT_SENDER, to: [...to], ...message });
				return { statusCode: null, error: null, isFinal: false };
			} catch (error) {
				const { responseCode, message: reason } = error as Error & { responseCode?: number };
				// 5xx: refused for good. Anything else may be better later.
				return { statusCode: responseCode ?? null, error: reason, isFinal: responseCode !== undefined && responseCode >= 500 };
			}
		},
		close() {
			transport?.close();
		},
	};
}
