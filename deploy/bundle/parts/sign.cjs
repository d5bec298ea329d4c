// A plugin verifies tokens; it seldom signs any.
module.exports = (...args) => require('#whole')(...args);
