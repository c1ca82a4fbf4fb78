import { besideMlflow } from './mlflow.ts';

export const measurement = besideMlflow('sqlite');
