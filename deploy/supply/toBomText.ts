import { Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

/** A CycloneDX document, the same for the same: without a serial number, and with a time only if one is given. */
export function toBomText(main: Models.Component, components: Models.Component[], time?: Date): string {
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: main, ...(time && { timestamp: time }) }),
    components: new Models.ComponentRepository(components),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`;
}
