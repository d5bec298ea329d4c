import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import { toText } from '../toText.ts';

type SampleCall = { method: string; path: string; body?: object };

export type SamplesOptions = {
  samples: {
    ofApi(apiId: string): SampleCall | undefined;
    ofEntityType(entityTypeName: string): SampleCall | undefined;
    keep(entityTypeName: string): void;
  };
};

type Body = { apiId?: unknown; entityTypeName?: unknown; actionName?: unknown };

/**
 * Says how to make a hook's event happen: the call that somebody would make, of an API or to see an entity of a type.
 * What the call is about is there from then on.
 */
export const sampleRoutes: FastifyPluginAsync<SamplesOptions> = async (app, { samples }) => {
  app.post<{ Body: Body | null }>('/emulator/samples', async ({ body }) => {
    const { apiId, entityTypeName, actionName } = body ?? {};
    if (actionName !== undefined) return toTrigger(samples, toText(entityTypeName), toText(actionName));
    const call =
      apiId === undefined ? samples.ofEntityType(toText(entityTypeName)) : samples.ofApi(toText(apiId));
    if (call) return call;
    const message = `The local BioT cannot call ${toText(apiId ?? entityTypeName)}: it has the rows of apis in emulator/entities/apis.ts`;
    throw new BiotError({ status: 404, code: 'NO_SAMPLE', message });
  });
};

function toTrigger(
  samples: SamplesOptions['samples'],
  entityTypeName: string,
  actionName: string,
): SampleCall {
  samples.keep(entityTypeName);
  return { method: 'POST', path: '/emulator/trigger', body: { entityTypeName, actionName } };
}
