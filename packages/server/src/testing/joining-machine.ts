/** What the agent of a machine says of it when it joins a cluster. */
import type { JoinNode } from '@runstead/contract';

export const JOINING_MACHINE: JoinNode['machine'] = {
	...{ hostname: 'gpu1', address: '10.0.0.7', cores: 8, memoryMib: 32_768, gpus: ['NVIDIA A100'] },
	...{ platform: 'Linux', pythonVersion: '3.12.1', agentVersion: '0.1.0' },
};
