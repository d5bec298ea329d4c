import { randomBytes } from 'node:crypto';

/** Like `20260102T030405Z-1f2e3d4c`: says when, and is never used again. */
export function createTag(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(4).toString('hex')}`;
}

export const isOwnTag = (tag: string): boolean => /^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(tag);

/** Of the image as the classic builder made it, which is a part of its cache. */
export const toBuildTag = (tag: string): string => `${tag}-build`;
