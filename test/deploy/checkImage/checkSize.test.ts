import { checkSize } from '../../../deploy/checkImage/checkSize.ts';

const GB = 1024 ** 3;

describe('checkSize', () => {
  it.each([
    ['nothing', [], { sizeBytes: GB, layerCount: 127 }],
    ['a large one', ['LARGE_IMAGE'], { sizeBytes: GB + 1, layerCount: 1 }],
    ['one at the limit', ['LARGE_IMAGE'], { sizeBytes: 10 * GB, layerCount: 1 }],
    ['one above it', ['IMAGE_TOO_LARGE'], { sizeBytes: 10 * GB + 1, layerCount: 1 }],
    ['many layers', ['MANY_LAYERS'], { sizeBytes: 1, layerCount: 128 }],
  ])('finds %s: %j', (_what, codes, size) => {
    const findings = checkSize(size);

    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  it('refuses only what Lambda does', () => {
    const [large] = checkSize({ sizeBytes: 2 * GB, layerCount: 1 });
    const [tooLarge] = checkSize({ sizeBytes: 11 * GB, layerCount: 1 });

    expect([large?.severity, tooLarge?.severity]).toEqual(['warning', 'error']);
  });
});
