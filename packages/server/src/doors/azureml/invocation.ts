/** What a client that submits to its own machine unpacks and starts there: nothing, since the job runs as any other. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

const TIME = new Date(1980, 0, 1);

export async function invocationZip(): Promise<Buffer> {
	const zip = new ZipFile();
	zip.addBuffer(Buffer.from('#!/bin/bash\nexit 0\n'), 'azureml-setup/Invocation.sh', { mtime: TIME, mode: 0o100755 });
	zip.addBuffer(Buffer.from('@exit /b 0\r\n'), 'azureml-setup/Invocation.bat', { mtime: TIME });
	zip.end();
	return buffer(zip.outputStream as NodeJS.ReadableStream);
}
