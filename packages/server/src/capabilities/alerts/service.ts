/** Alerts: rules over workspace metrics and runs, what they raise, and who is told. */
import { createOutboxListener } from '../../storage/outbox-listener.ts';
import type { SecretBox } from '../../storage/secret-box.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { createDelivering } from './delivering.ts';
import { createEvaluating } from './evaluating.ts';
import { createGroups } from './groups.ts';
import { createMailer, type MailSettings } from './mailer.ts';
import { createRaised } from './raised.ts';
import { createRaising } from './raising.ts';
import { createReceiverBox } from './receivers.ts';
import { createRules, type RuleOptions } from './rules.ts';
import { createRunConditions, type RunConditionOptions } from './run-conditions.ts';

export interface AlertServiceOptions extends Omit<RuleOptions, 'raising'>, Omit<RunConditionOptions, 'raising'> {
	readonly workspaces: WorkspaceService;
	readonly secrets: SecretBox;
	/** Null: there is no mail server. */
	readonly mail: MailSettings | null;
	/** Where the studio is, for links. */
	readonly studioUrl: () => string;
}

export type AlertService = ReturnType<typeof createAlertService>;

export function createAlertService(options: AlertServiceOptions) {
	const { database, clock, workspaces, mail, studioUrl } = options;
	/** Set when the deliveries are sent by themselves. */
	let onDeliveries = (): void => undefined;
	const box = createReceiverBox(options.secrets);
	const raising = createRaising({ workspaces, box, onDeliveries: () => onDeliveries() });
	const runConditions = createRunConditions({ ...options, raising });
	const delivering = createDelivering({ database, clock, mailer: createMailer(mail), box, studioUrl });
	const events = createOutboxListener({
		database,
		name: 'alerts',
		begin: 'now',
		apply: (unit, page) => runConditions.applyEventsIn(unit, page),
	});
	return {
		rules: createRules({ ...options, raising }),
		raised: createRaised({ database, box }),
		groups: createGroups({ database, workspaces, raising, delivering, box, hasMail: mail !== null }),
		...createEvaluating({ ...options, raising, runConditions }),
		/** Looks at every event that there is. */
		catchUp: () => events.catchUp(),
		delivering,
		onDeliveries(listener: () => void): void {
			onDeliveries = listener;
		},
	};
}
