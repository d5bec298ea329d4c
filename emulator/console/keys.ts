import type { FastifyPluginAsync } from 'fastify';

export type KeyRoutesOptions = {
  /** Answers the public keys there are then. */
  rotateKeys(): Promise<{ publicKey: string; previousPublicKey?: string }>;
};

/** A new key pair on demand; BioT changes its own whenever it likes. */
export const keyRoutes: FastifyPluginAsync<KeyRoutesOptions> = async (app, { rotateKeys }) => {
  app.post('/emulator/keys/rotate', async () => rotateKeys());
};
