/** How the person at the terminal calls this command: in a clone, through npm. */
export const RUNSTEAD = process.env.npm_execpath === undefined ? 'runstead' : 'npx runstead';
