/** Runs the real `runstead` command in a pseudo-terminal of any width, and types into it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cliEnvironment } from './cli-process.ts';

const MAIN = fileURLToPath(new URL('../runstead.mjs', import.meta.url));

/**
 * Python has pseudo-terminals in its standard library; Node has none. Each of `typed` is sent once its `when` was seen after the last,
 * and what stands beside it in the shell has ended.
 */
const DRIVER = `
import fcntl, json, os, pty, re, struct, subprocess, sys, termios
columns, typed, command = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
output, seen = "", 0
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    output += piece.decode("utf-8", "replace")
    while typed:
        found = re.compile(typed[0][0]).search(output, seen)
        if not found:
            break
        seen = found.end()
        _, text, *meanwhile = typed.pop(0)
        for line in meanwhile:
            subprocess.run(["sh", "-c", line], check=True, stdout=subprocess.DEVNULL)
        os.write(terminal, text.encode())
_, status = os.waitpid(pid, 0)
print(json.dumps({"output": output.replace("\\r\\n", "\\n"), "exitCode": os.waitstatus_to_exitcode(status)}))
`;

export interface TerminalOutcome {
	output: string;
	/** Negative: the number of the signal that ended it. */
	exitCode: number;
}

export interface TerminalOptions {
	folder: string;
	columns: number;
	/** A pattern that is waited for, what is typed then, and what is done before that, as a line of the shell. */
	typed?: readonly (readonly [when: string, text: string, meanwhile?: string])[];
	environment?: Record<string, string>;
}

export function runInTerminal(
	args: readonly string[],
	{ folder, columns, typed = [], environment = {} }: TerminalOptions,
): Promise<TerminalOutcome> {
	const given = JSON.stringify([columns, typed, [process.execPath, MAIN, ...args]]);
	const { NO_COLOR: _, ...inherited } = cliEnvironment(folder);
	const env = { ...inherited, TERM: 'xterm-256color', ...environment };
	return new Promise((resolve, reject) => {
		execFile('python3', ['-c', DRIVER, given], { cwd: folder, env }, (error, stdout, stderr) =>
			error === null ? resolve(JSON.parse(stdout) as TerminalOutcome) : reject(new Error(`${error.message}\n${stderr}`)),
		);
	});
}
