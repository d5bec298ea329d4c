// Node loads HTTP/2 in some 4 ms. axios needs it for calls with `httpVersion: 2` only.
const whole = () => require('#whole');

module.exports = {
  get constants() {
    return whole().constants;
  },
  connect: (...args) => whole().connect(...args),
};
