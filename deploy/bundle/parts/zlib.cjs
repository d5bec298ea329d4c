// axios needs it for an answer that comes compressed. While it is loaded it asks for these numbers, which are zlib's,
// brotli's and zstd's own.
const whole = () => require('#whole');

module.exports = {
  constants: { Z_SYNC_FLUSH: 2, BROTLI_OPERATION_FLUSH: 1, ZSTD_e_flush: 1 },
  createUnzip: (options) => whole().createUnzip(options),
  createBrotliDecompress: (options) => whole().createBrotliDecompress(options),
  createZstdDecompress: (options) => whole().createZstdDecompress(options),
};
