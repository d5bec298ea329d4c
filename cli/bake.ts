import { bakeCompileCache } from '../deploy/compileCache/bakeCompileCache.ts';

// Run while the image is built, where all of it is in its place already.

const [target = ''] = process.argv.slice(2);
const { files, refused } = await bakeCompileCache({
  ...{ runtimeFolder: '/var/runtime', taskRoot: '/var/task', target },
});
if (refused > 0) process.stdout.write(`${files} files are compiled already\n`);
else
  process.stderr.write(
    'The handler did not start here, so a cold start compiles it anew: does it need a variable when it is loaded?\n',
  );
