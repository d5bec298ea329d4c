// winston needs it for the exceptions that it is asked to log by itself.
const whole = () => require('#whole');

module.exports = {
  get: (below) => whole().get(below),
  parse: (error) => whole().parse(error),
};
