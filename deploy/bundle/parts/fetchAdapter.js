// axios's adapter for `adapter: 'fetch'`. When loaded it asks for `Response`, and with it Node loads its whole fetch.
const whole = () => require('#whole');

export const getFetch = (config) => whole().getFetch(config);
