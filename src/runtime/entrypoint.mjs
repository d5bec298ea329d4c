// What the image runs. On Lambda `_HANDLER` is blank for images and CMD comes as the argument; aws-lambda-ric reads
// only the former. The file stands beside the runtime client's own two in the image.
process.env._HANDLER ||= process.argv[2];
await import('./index.mjs');
