import { createTag } from '../../deploy/createTag.ts';

describe('createTag', () => {
  it('says when, in a form that a registry takes', () => {
    const tag = createTag(new Date('2026-01-02T03:04:05.678Z'));

    expect(tag).toMatch(/^20260102T030405Z-[0-9a-f]{8}$/);
  });

  it('is never the same twice, not even at the same time', () => {
    const now = new Date();
    const tags = new Set(Array.from({ length: 1000 }, () => createTag(now)));

    expect(tags.size).toBe(1000);
  });
});
