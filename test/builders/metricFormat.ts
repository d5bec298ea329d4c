import { Ajv } from 'ajv';
import type { LogRecord } from './log.ts';

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

const UNITS = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Bytes',
  'Percent',
  'Count',
  'Count/Second',
  'None',
];

/** The rules of CloudWatch's embedded metric format: its published schema, with the limits that the text names. */
const validate = new Ajv({ strictTuples: false }).compile({
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            properties: {
              Namespace: { ...text(255), pattern: '^(?!AWS/)[A-Za-z0-9._/#: -]+$' },
              Dimensions: {
                type: 'array',
                minItems: 1,
                items: { type: 'array', minItems: 1, maxItems: 30, uniqueItems: true, items: text(250) },
              },
              Metrics: {
                type: 'array',
                minItems: 1,
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  additionalProperties: false,
                  properties: {
                    Name: text(1024),
                    Unit: { enum: UNITS },
                    StorageResolution: { enum: [1, 60] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
});

type Directive = { Dimensions: string[][]; Metrics: { Name: string }[] };

/** What CloudWatch would not take of this record as metrics. */
export function metricFaults(record: LogRecord): string[] {
  if (!validate(record))
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  const { CloudWatchMetrics } = record._aws as { CloudWatchMetrics: Directive[] };
  const dimensions = CloudWatchMetrics.flatMap(({ Dimensions }) => Dimensions.flat());
  const metrics = CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
  return [
    ...dimensions.filter((name) => !isDimensionValue(record[name])).map((name) => `dimension ${name}`),
    ...metrics.filter((name) => !Number.isFinite(record[name])).map((name) => `metric ${name}`),
    ...(JSON.stringify(record).length > 256 * 1024 ? ['too long'] : []),
  ];
}

const isDimensionValue = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= 1024 && /^(?!:)[ -~]*[!-~][ -~]*$/.test(value);
