/** The contract: the nouns of the native API. Imports nothing of ours, and is the only place where a wire shape is written. */
export * from './common.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './experiments.ts';
export * from './jobs.ts';
export * from './limits.ts';
export * from './live.ts';
export * from './metrics.ts';
export * from './openapi.ts';
export * from './route.ts';
export * from './routes.ts';
export * from './run-files.ts';
export * from './runs.ts';
export * from './server.ts';
export * from './snapshots.ts';
export * from './status.ts';
export * from './workspaces.ts';
