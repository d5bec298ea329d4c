import { bundle } from '../deploy/bundle.ts';

await bundle(process.cwd());
