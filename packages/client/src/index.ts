/** The TypeScript SDK over the native API: every route of the contract, typed, in browser and Node. */
export * from './client.ts';
export * from './request-error.ts';
