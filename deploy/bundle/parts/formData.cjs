// axios needs the package form-data for what it makes a form of by itself, and with it comes a table of all MIME types.
const whole = () => require('#whole');

function FormData(options) {
  return new (whole())(options);
}

Object.defineProperty(FormData, Symbol.hasInstance, { value: (form) => form instanceof whole() });

module.exports = FormData;
