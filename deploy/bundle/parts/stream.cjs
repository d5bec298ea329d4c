// readable-stream is Node's own stream module as a package, for other and older platforms.
module.exports = require('node:stream');
