import { createSharedImages } from '../../../emulator/lambda/sharedImages.ts';

describe('createSharedImages', () => {
  it('forgets an image when its last user is gone', async () => {
    const forgotten: string[] = [];
    const images = createSharedImages(async (reference) => void forgotten.push(reference));
    await Promise.all([images.use('a'), images.use('a'), images.use('b')]);

    await images.release('a');
    await images.release('b');
    const before = [...forgotten];
    await images.release('a');

    expect([before, forgotten]).toEqual([['b'], ['b', 'a']]);
  });

  it('lets a new user wait until the image is forgotten', async () => {
    const order: string[] = [];
    const forgetting = Promise.withResolvers<void>();
    const images = createSharedImages(() => forgetting.promise.then(() => order.push('forgotten')));
    await images.use('a');
    const released = images.release('a');

    const used = images.use('a').then(() => order.push('used'));
    forgetting.resolve();
    await Promise.all([released, used]);

    expect(order).toEqual(['forgotten', 'used']);
  });
});
