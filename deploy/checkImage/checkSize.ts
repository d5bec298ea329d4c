import type { Finding } from './finding.ts';

const GB = 1024 ** 3;
/** Lambda's limit, of all layers unpacked. */
const MAX_BYTES = 10 * GB;
const LARGE_BYTES = GB;
/** Docker mounts no more, and so does what was made for it; AWS publishes no number. */
const MAX_LAYERS = 127;

/** `sizeBytes` unpacked. */
export function checkSize({ sizeBytes, layerCount }: { sizeBytes: number; layerCount: number }): Finding[] {
  const size = `${(sizeBytes / GB).toFixed(1)} GB`;
  return [
    ...(sizeBytes > MAX_BYTES ? [tooLarge(size)] : []),
    ...(sizeBytes > LARGE_BYTES && sizeBytes <= MAX_BYTES ? [large(size)] : []),
    ...(layerCount > MAX_LAYERS ? [tooManyLayers(layerCount)] : []),
  ];
}

const tooLarge = (size: string): Finding => ({
  code: 'IMAGE_TOO_LARGE',
  severity: 'error',
  message: `The image has ${size} unpacked, and Lambda takes 10 GB at most`,
  cure: 'Build in a stage of its own and copy only what the plugin needs at run time.',
});

const large = (size: string): Finding => ({
  code: 'LARGE_IMAGE',
  severity: 'warning',
  message: `The image has ${size} unpacked, which makes pushing and the first start slow`,
  cure: 'Build in a stage of its own and copy only what the plugin needs at run time.',
});

const tooManyLayers = (count: number): Finding => ({
  code: 'MANY_LAYERS',
  severity: 'warning',
  message: `The image has ${count} layers, and container engines mount no more than ${MAX_LAYERS}`,
  cure: 'Join steps of the Dockerfile, or copy the result into a fresh stage.',
});
