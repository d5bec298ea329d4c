// axios needs it for calls with redirects only. Those of a plugin to BioT follow none.
const whole = () => require('#whole');

const follow = (protocol) => ({ request: (...args) => whole()[protocol].request(...args) });

module.exports = { http: follow('http'), https: follow('https') };
