import { bundle } from '../deploy/bundle.ts';
import { zip } from '../deploy/zip.ts';

process.stdout.write(`${await zip((await bundle(process.cwd())).taskRoot)}\n`);
