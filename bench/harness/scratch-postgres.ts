/** A PostgreSQL database that is gone afterwards. */
import pg from 'pg';

/** @param address Of a server where databases may be made. */
export async function scratchPostgres(address: string): Promise<AsyncDisposable & { readonly url: string }> {
	const admin = new pg.Client({ connectionString: address });
	await admin.connect();
	const name = `runstead_bench_${process.pid}_${Date.now()}`;
	await admin.query(`create database ${name}`);
	const url = new URL(address);
	url.pathname = `/${name}`;
	return {
		url: url.href,
		async [Symbol.asyncDispose]() {
			await admin.query(`drop database ${name} with (force)`);
			await admin.end();
		},
	};
}
