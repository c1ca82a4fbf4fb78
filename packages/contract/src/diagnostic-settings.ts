/** Diagnostic settings: which logs and metrics of a workspace are sent where, and how far each destination has come. */
import type { Static } from 'typebox';
import { Nullable, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { LOG_CATEGORIES } from './log-tables/log-tables.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/** Every log category, those too that come with a later release. */
export const ALL_LOGS = 'AllLogs';
/** The metrics of the workspace, minute by minute, without dimensions. */
export const ALL_METRICS = 'AllMetrics';

/** What a setting may choose from. */
export const DIAGNOSTIC_CATEGORIES: readonly string[] = [ALL_LOGS, ALL_METRICS, ...LOG_CATEGORIES];

const Text = (description: string) => Type.String({ minLength: 1, maxLength: LIMITS.destinationTextCharacters.max, description });
const RetentionDays = Type.Optional(
	Type.Integer({ minimum: 0, maximum: LIMITS.retentionDays.max, default: 0, description: 'Days after which it is removed; 0: never.' }),
);
/** Given once, and told to nobody: an answer has the part of it that is no secret. */
const Secret = (description: string) =>
	Type.Optional(Text(`${description} A secret: answers hide it. What is left out, or sent back as it was answered, stays as it is.`));

const FolderArchive = Type.Object(
	{
		kind: Type.Literal('folder'),
		path: Text('A name, for a folder in `archives` of the data folder; or an absolute path, for whoever administers the server.'),
		retentionDays: RetentionDays,
	},
	{ additionalProperties: false },
);

const AzureBlobArchive = Type.Object(
	{
		kind: Type.Literal('azure-blob'),
		connectionString: Secret('Connection string of a storage account.'),
		retentionDays: RetentionDays,
	},
	{ additionalProperties: false },
);

const S3Archive = Type.Object(
	{
		kind: Type.Literal('s3'),
		bucket: Text('Name of the bucket.'),
		prefix: Type.Optional(Type.String({ maxLength: LIMITS.destinationTextCharacters.max, description: 'Goes before every key.' })),
		region: Type.Optional(Text('Region; us-east-1 if absent.')),
		endpoint: Type.Optional(Text("Address of a server that speaks S3; Amazon's own if absent.")),
		accessKeyId: Type.Optional(Text('Key id; if absent, as the environment of the server has it.')),
		secretAccessKey: Secret('Secret of the key.'),
		retentionDays: RetentionDays,
	},
	{ additionalProperties: false },
);

const AmqpStream = Type.Object(
	{
		kind: Type.Literal('amqp'),
		connectionString: Secret(
			'Connection string of an event hub (`Endpoint=sb://…`), or the address of any AMQP 1.0 broker (`amqp://user:password@host:5672`, `amqps://…`).',
		),
		address: Type.Optional(Text('Name of the event hub, queue or topic; if absent, EntityPath of the connection string.')),
	},
	{ additionalProperties: false },
);

const KafkaStream = Type.Object(
	{
		kind: Type.Literal('kafka'),
		brokers: Type.Array(Text('`host:port`'), { minItems: 1, maxItems: LIMITS.kafkaBrokers.max }),
		topic: Text('Topic that every record goes to, keyed by its category.'),
		tls: Type.Optional(Type.Boolean({ default: false })),
		username: Type.Optional(Text('For SASL PLAIN; `$ConnectionString` for an event hub.')),
		password: Secret('For SASL PLAIN.'),
	},
	{ additionalProperties: false },
);

/** One of several shapes, told by `kind`: what is wrong is said of the one that is meant. */
function byKind<Shape>(...shapes: readonly object[]) {
	return Type.Unsafe<Shape>({ type: 'object', required: ['kind'], discriminator: { propertyName: 'kind' }, oneOf: shapes });
}

export type FolderArchive = Static<typeof FolderArchive>;
export type AzureBlobArchive = Static<typeof AzureBlobArchive>;
export type S3Archive = Static<typeof S3Archive>;
export type AmqpStream = Static<typeof AmqpStream>;
export type KafkaStream = Static<typeof KafkaStream>;
export type Archive = FolderArchive | AzureBlobArchive | S3Archive;
export type EventHub = AmqpStream | KafkaStream;
export const Archive = byKind<Archive>(FolderArchive, AzureBlobArchive, S3Archive);
export const EventHub = byKind<EventHub>(AmqpStream, KafkaStream);

export const DESTINATION_KINDS = ['archive', 'eventHub', 'logAnalytics'] as const;
export type DestinationKind = (typeof DESTINATION_KINDS)[number];
const Kind = Type.Unsafe<DestinationKind>({ type: 'string', enum: DESTINATION_KINDS });

export const CategoryVolume = Type.Object({
	category: Type.String(),
	recordCount: Type.Integer(),
	sizeBytes: Type.Integer({ description: 'As it lies there: what was sent, less what was removed after its time.' }),
});
export type CategoryVolume = Static<typeof CategoryVolume>;

export const DestinationState = Type.Object({
	kind: Kind,
	status: Type.Union([Type.Literal('current'), Type.Literal('behind'), Type.Literal('failing')], {
		description: 'current: all is sent; behind: it is being sent; failing: the destination does not take it, and it waits here.',
	}),
	waitingEvents: Type.Integer({ description: 'Events of the workspace that this destination will be sent and has not been.' }),
	waitingBytes: Type.Integer({ description: 'How much they take on the disk of the server while they wait.' }),
	lagSeconds: Type.Number({ description: 'How long the oldest of them has waited.' }),
	typicalDelaySeconds: Type.Number({ description: 'How long an event takes to it when all is well.' }),
	sentTime: Nullable(Time),
	error: Nullable(Type.Object({ message: Type.String(), sinceTime: Time, nextTryTime: Nullable(Time) })),
	volumes: Type.Array(CategoryVolume),
});
export type DestinationState = Static<typeof DestinationState>;

const SettingFields = {
	categories: Type.Array(Type.String(), {
		minItems: 1,
		maxItems: LIMITS.diagnosticCategories.max,
		description: `Any of ${DIAGNOSTIC_CATEGORIES.join(', ')}.`,
	}),
	archive: Type.Optional(Nullable(Archive)),
	eventHub: Type.Optional(Nullable(EventHub)),
	logAnalytics: Type.Optional(Type.Boolean({ default: false, description: 'Into the log tables that queries read.' })),
};

export const DiagnosticSettingInput = Type.Object(SettingFields, { additionalProperties: false });
export type DiagnosticSettingInput = Static<typeof DiagnosticSettingInput>;

export const DiagnosticSetting = Type.Object({
	id: Type.String(),
	name: Type.String(),
	workspaceId: Type.String(),
	categories: Type.Array(Type.String()),
	archive: Nullable(Archive),
	eventHub: Nullable(EventHub),
	logAnalytics: Type.Boolean(),
	destinations: Type.Array(DestinationState),
	createdTime: Time,
	modifiedTime: Time,
	modifiedBy: Type.String(),
});
export type DiagnosticSetting = Static<typeof DiagnosticSetting>;

export const DestinationTest = Type.Object({
	kind: Kind,
	ok: Type.Boolean(),
	message: Type.String({ description: 'What was done, or why it failed.' }),
	durationMs: Type.Number(),
});
export type DestinationTest = Static<typeof DestinationTest>;

const SettingParams = Type.Object({
	...WorkspaceParams.properties,
	setting: Type.String({ minLength: 1, maxLength: LIMITS.diagnosticSettingNameCharacters.max, description: 'Name of the setting.' }),
});

const LIST = '/api/v1/workspaces/:workspace/diagnostic-settings';

export const diagnosticSettingRoutes = {
	listDiagnosticSettings: route({
		method: 'GET',
		path: LIST,
		permission: 'workspace.read',
		summary: 'List the diagnostic settings of a workspace with how far each destination has come, and the categories there are',
		params: WorkspaceParams,
		response: Type.Object({
			settings: Type.Array(DiagnosticSetting),
			categories: Type.Array(
				Type.Object({ name: Type.String(), kind: Type.Union([Type.Literal('logs'), Type.Literal('metrics')]), description: Type.String() }),
			),
		}),
	}),
	getDiagnosticSetting: route({
		method: 'GET',
		path: `${LIST}/:setting`,
		permission: 'workspace.read',
		summary: 'Get a diagnostic setting',
		params: SettingParams,
		response: DiagnosticSetting,
	}),
	putDiagnosticSetting: route({
		method: 'PUT',
		path: `${LIST}/:setting`,
		permission: 'workspace.write',
		summary: 'Make or change a diagnostic setting; a destination that cannot be reached is refused, unless it is to be saved untested',
		params: SettingParams,
		query: Type.Object({
			untested: Type.Optional(Type.Boolean({ default: false, description: 'Save it without trying its destinations.' })),
		}),
		body: DiagnosticSettingInput,
		response: DiagnosticSetting,
	}),
	deleteDiagnosticSetting: route({
		method: 'DELETE',
		path: `${LIST}/:setting`,
		permission: 'workspace.write',
		summary: 'Delete a diagnostic setting; what it has sent stays where it is',
		params: SettingParams,
	}),
	testDiagnosticSetting: route({
		method: 'POST',
		path: `${LIST}/:setting/test`,
		permission: 'workspace.write',
		summary: 'Try the destinations of a setting that is there, or (with a body) of one that is not saved yet',
		params: SettingParams,
		body: Type.Object({ setting: Type.Optional(DiagnosticSettingInput) }, { additionalProperties: false }),
		response: Type.Object({ tests: Type.Array(DestinationTest) }),
	}),
};
