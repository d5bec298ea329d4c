// In place of the package form-data: axios then takes Node's own FormData, as it does in a browser.
module.exports = null;
