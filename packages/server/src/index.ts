/** The server as a library: what the command line and the tests use. */

export { ConfigError, DEFAULT_HOST, DEFAULT_PORT, type ServerConfig } from './config.ts';
export { type RunningServer, startServer } from './main.ts';
export { DataFolderInUseError, readServerFileOrNull, type ServerFile } from './server-file.ts';
export { BackupError, type BackupManifest, type BackupResult, backUp, restore } from './storage/backup.ts';
export { databaseOfFolder } from './storage/database-of-folder.ts';
export { NewerDatabaseError } from './storage/migrate.ts';
