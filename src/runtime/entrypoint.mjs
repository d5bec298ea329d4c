// What the image runs. It stands beside the runtime client's own two files there.
import { readdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { constants, enableCompileCache } from 'node:module';

// What was compiled while the image was built. Node looks for it in a folder that is named after itself and the user, and
// which user Lambda takes is nowhere promised: so the folder that Node makes is made a link to it. V8 looks at each piece
// itself and compiles anew what it would not have made in the same way.
try {
  const { status, directory } = enableCompileCache('/tmp/.node-compile-cache');
  if (status === constants.compileCacheStatus.ENABLED) {
    const folder = `${directory}/${readdirSync(directory)[0]}`;
    rmdirSync(folder);
    symlinkSync('/var/runtime/compileCache', folder);
  }
} catch {
  // The link is there already, or /tmp is full: a cold start then takes longer, and that is all.
}

// On Lambda `_HANDLER` is blank for images and CMD comes as the argument; aws-lambda-ric reads only the former.
process.env._HANDLER ||= process.argv[2];
await import('./index.mjs');
