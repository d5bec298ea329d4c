// axios needs it behind a proxy only.
const whole = () => require('#whole');

function HttpsProxyAgent(options) {
  return new (whole())(options);
}

Object.defineProperty(HttpsProxyAgent, Symbol.hasInstance, { value: (agent) => agent instanceof whole() });

module.exports = HttpsProxyAgent;
