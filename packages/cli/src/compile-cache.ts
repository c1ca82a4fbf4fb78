/** Keeps compiled modules from one start to the next: a start is quicker, and nothing that turns TypeScript into JavaScript need be loaded. */
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// In a folder of this user alone, since what lies there is run.
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'runstead', 'compiled'));
