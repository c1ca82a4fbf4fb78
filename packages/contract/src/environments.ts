/** Environments: the Python and the packages that jobs run with, registered by name and version, or written in a job itself. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, Tags, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

const Packages = (description: string) =>
	Type.Optional(
		Type.Array(Type.String({ maxLength: LIMITS.requirementCharacters.max }), {
			maxItems: LIMITS.environmentPackages.max,
			description,
		}),
	);

export const EnvironmentSpecification = Type.Object(
	{
		pythonVersion: Type.Optional(
			Type.String({ pattern: '^\\d+(\\.\\d+){0,2}$', description: "Such as 3.11; the node's own Python if absent.", examples: ['3.11'] }),
		),
		pipRequirements: Packages(
			'Lines of a requirements file: requirements, and the options --index-url, --extra-index-url, --find-links, --no-index, --pre, --only-binary, --no-binary, --prefer-binary, --trusted-host.',
		),
		condaPackages: Packages('Conda packages as a conda file has them: numpy=1.26, conda-forge::lightgbm.'),
		condaChannels: Packages('Conda channels, the preferred first.'),
		userManaged: Type.Optional(Type.Boolean({ default: false, description: 'Nothing is built: the job runs with interpreterPath.' })),
		interpreterPath: Type.Optional(Type.String({ description: 'Of a user-managed environment: path or name of its Python on the node.' })),
		environmentVariables: Type.Optional(
			Type.Record(Type.String(), Type.String(), {
				description:
					'Of its jobs. Those with names of secrets are shown as `[redacted]`; what is sent back so stays as it is in the newest version.',
			}),
		),
	},
	{ additionalProperties: false, description: 'Without a Python version and packages it is the Python of the node.' },
);
export type EnvironmentSpecification = Static<typeof EnvironmentSpecification>;

export const Environment = Type.Object({
	name: Type.String(),
	version: Type.Integer({ description: 'From 1; given in order, never twice.' }),
	workspaceId: Type.String(),
	curated: Type.Boolean({ description: 'It comes with Runstead and cannot be changed.' }),
	archived: Type.Boolean({ description: 'It is left out of lists; jobs that name it still run.' }),
	description: Type.String(),
	tags: Tags,
	specification: EnvironmentSpecification,
	createdTime: Nullable(Time),
	createdBy: Type.String(),
});
export type Environment = Static<typeof Environment>;

export const RegisterEnvironment = Type.Object(
	{
		name: Type.String(),
		description: Type.Optional(Type.String({ maxLength: LIMITS.descriptionCharacters.max })),
		tags: Type.Optional(Tags),
		specification: EnvironmentSpecification,
	},
	{ additionalProperties: false },
);
export type RegisterEnvironment = Static<typeof RegisterEnvironment>;

/** What a job names; the server fills in what is left out at submission, and nothing changes it later. */
export const JobEnvironment = Type.Object(
	{
		name: Type.String({ maxLength: LIMITS.environmentNameCharacters.max }),
		version: Type.Optional(Type.Integer({ minimum: 1, description: 'Of a registered one; the newest if absent.' })),
		specification: Type.Optional(EnvironmentSpecification),
	},
	{ additionalProperties: false, description: 'A registered environment by its name, or with a specification one of the job alone.' },
);
export type JobEnvironment = Static<typeof JobEnvironment>;

const EnvironmentParams = Type.Object({ workspace: Type.String(), environment: Type.String({ description: 'Name of the environment.' }) });

export const environmentRoutes = {
	listEnvironments: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/environments',
		permission: 'workspace.read',
		summary: 'List the environments of a workspace and the curated ones by name, each in its newest version',
		params: WorkspaceParams,
		query: Type.Object({ ...PageQuery, archived: Type.Optional(Type.Boolean({ default: false, description: 'Archived ones as well.' })) }),
		response: Type.Object({ environments: Type.Array(Environment), nextCursor: NextCursor }),
	}),
	registerEnvironment: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/environments',
		permission: 'workspace.write',
		summary: 'Register an environment: the next version of its name, or the newest one if that is the same',
		params: WorkspaceParams,
		body: RegisterEnvironment,
		response: Environment,
	}),
	getEnvironment: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/environments/:environment',
		permission: 'workspace.read',
		summary: 'Get an environment in one version, the newest unless it is named',
		params: EnvironmentParams,
		query: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })) }),
		response: Environment,
	}),
	listEnvironmentVersions: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/environments/:environment/versions',
		permission: 'workspace.read',
		summary: 'List the versions of an environment, the newest first',
		params: EnvironmentParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ environments: Type.Array(Environment), nextCursor: NextCursor }),
	}),
	archiveEnvironment: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/environments/:environment',
		permission: 'workspace.write',
		summary: 'Archive an environment with all its versions, or take it back',
		params: EnvironmentParams,
		body: Type.Object({ archived: Type.Boolean() }, { additionalProperties: false }),
		response: Environment,
	}),
};
