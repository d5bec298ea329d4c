import { BiotError } from '../biotError.ts';
import { awsException } from './awsException.ts';
import { type Input, invalid } from './fields.ts';

const RESERVED_PREFIX = 'BIOT_';
const MAX_BYTES = 4096;

// Lambda's own names; all others that begin with AWS_ may be set.
const LAMBDA_NAMES = new Set([
  ...['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_RUNTIME_API'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);

/** @throws BiotError 400 for BioT's reserved prefix and for what is no text */
export function toVariables(variables: Input): Record<string, string> {
  for (const [name, text] of Object.entries(variables)) {
    if (name.startsWith(RESERVED_PREFIX)) throw reserved(name);
    if (name === '') throw invalid('environmentVariables', 'must not have an empty name');
    if (typeof text !== 'string' || text === '')
      throw invalid(`environmentVariables.${name}`, 'must be non-empty text');
  }
  return variables as Record<string, string>;
}

const reserved = (environmentVariable: string) =>
  new BiotError({
    status: 400,
    code: 'ENVIRONMENT_VARIABLES_CANNOT_START_WITH_RESERVED_PREFIX',
    message: `Environment variable ${environmentVariable} begins with the reserved prefix ${RESERVED_PREFIX}`,
    details: { environmentVariable, reservedPrefix: RESERVED_PREFIX },
  });

// About as long as the values that BioT adds: they count too.
const PLATFORM_VARIABLES = {
  BIOT_BASE_URL: 'https://api.environment.biot-med.com',
  BIOT_SERVICE_USER_ID: '00000000-0000-0000-0000-000000000000',
  BIOT_SERVICE_USER_SECRET_KEY: '0'.repeat(36),
};

/** @throws BiotError 500 AWS_EXCEPTION for what Lambda refuses: BioT's documentation does not know these rules */
export function refuseAsLambda(variables: Record<string, string>, displayName: string): void {
  for (const [name, text] of Object.entries(variables)) {
    if (LAMBDA_NAMES.has(name)) throw refusal(`The variable ${name} is Lambda's own`);
    if (!/^[a-zA-Z]\w+$/.test(name))
      throw refusal(`The name ${name} must be two or more letters, digits or _, a letter first`);
    if (text.includes('\0')) throw refusal(`The variable ${name} has a character that none may have`);
  }
  const all = { ...variables, ...PLATFORM_VARIABLES, BIOT_APP_NAME: displayName };
  if (Buffer.byteLength(JSON.stringify(all)) > MAX_BYTES)
    throw refusal(`The variables, with those that BioT adds, are longer than ${MAX_BYTES} bytes as JSON`);
}

const refusal = (message: string): BiotError =>
  awsException('Lambda refuses the variables', new Error(message), 'InvalidParameterValueException');
