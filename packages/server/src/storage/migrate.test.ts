/** Migrations on a real database: a copy first, each whole or not at all, and never backwards. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate, NewerDatabaseError } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { sqliteMigratable } from './sqlite.ts';

const people: Migration = { number: 1, name: 'people', statements: ({ id, text }) => [`create table person (key ${id}, name ${text})`] };
const pets: Migration = {
	number: 2,
	name: 'pets',
	statements: ({ id, text }) => [`create table pet (key ${id}, name ${text})`, 'alter table person add column pet_key integer'],
};
const broken: Migration = {
	number: 3,
	name: 'broken',
	statements: () => ['create table toy (name text)', "insert into person (name) values ('half')", 'create table person (key integer)'],
};

let folder: string;
let file: string;
let database: DatabaseSync;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'runstead-migrate-'));
	file = join(folder, 'runstead.db');
	database = new DatabaseSync(file);
});

afterEach(() => {
	database.close();
	rmSync(folder, { recursive: true });
});

const tablesOf = (of: DatabaseSync): unknown[] =>
	of
		.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name")
		.all()
		.map(({ name }) => name);
const versionOf = (of: DatabaseSync): unknown => of.prepare('pragma user_version').get()?.user_version;

it('brings an empty database up without a copy, and does nothing the second time', async () => {
	await migrate(sqliteMigratable(database, file), [people, pets]);
	expect([versionOf(database), tablesOf(database)]).toEqual([2, ['person', 'pet']]);
	await migrate(sqliteMigratable(database, file), [people, pets]);
	expect(readdirSync(folder)).toEqual(['runstead.db']);
});

it('takes numbers that leave one out: it is the number that tells what is newest', async () => {
	const migrations = [people, { ...pets, number: 3 }];
	await migrate(sqliteMigratable(database, file), migrations);
	await migrate(sqliteMigratable(database, file), migrations);
	expect([versionOf(database), tablesOf(database)]).toEqual([3, ['person', 'pet']]);
});

it('keeps a copy of what was there before it changes it', async () => {
	await migrate(sqliteMigratable(database, file), [people]);
	database.exec("insert into person (name) values ('ada')");
	await migrate(sqliteMigratable(database, file), [people, pets]);
	expect([versionOf(database), tablesOf(database)]).toEqual([2, ['person', 'pet']]);
	expect(database.prepare('select name, pet_key from person').all()).toEqual([{ name: 'ada', pet_key: null }]);
	const copy = new DatabaseSync(join(folder, 'before-schema-2-from-1.db'), { readOnly: true });
	expect([versionOf(copy), tablesOf(copy), copy.prepare('select name from person').all()]).toEqual([1, ['person'], [{ name: 'ada' }]]);
	copy.close();
});

it('undoes a migration that fails as a whole, and keeps those before it', async () => {
	await migrate(sqliteMigratable(database, file), [people]);
	const failing = migrate(sqliteMigratable(database, file), [people, pets, broken]);
	await expect(failing).rejects.toThrow('table person already exists');
	expect([versionOf(database), tablesOf(database)]).toEqual([2, ['person', 'pet']]);
	expect(database.prepare('select * from person').all()).toEqual([]);
	expect(existsSync(join(folder, 'before-schema-3-from-1.db'))).toBe(true);
});

it('refuses what a newer release wrote, and leaves it as it is', async () => {
	await migrate(sqliteMigratable(database, file), [people, pets]);
	const refused = migrate(sqliteMigratable(database, file), [people]);
	await expect(refused).rejects.toThrow(NewerDatabaseError);
	await expect(refused).rejects.toThrow(
		'The database has schema version 2; this release of Runstead knows versions up to 1. Start the newer release again, or restore a backup made before the upgrade (runstead restore).',
	);
	expect([versionOf(database), tablesOf(database), readdirSync(folder)]).toEqual([2, ['person', 'pet'], ['runstead.db']]);
});

it('a number that no migration has is no newer release', async () => {
	const later = { ...pets, number: 5 };
	await migrate(sqliteMigratable(database, file), [people, later]);
	await migrate(sqliteMigratable(database, file), [people, later]);
	expect([versionOf(database), tablesOf(database)]).toEqual([5, ['person', 'pet']]);
});
